// case: C3.20
// expect: none
// shape: the old network takes the policy's weights at the head of every round
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SyncedNet;

public class SyncedNetTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> behaviour;
    private readonly optim.Optimizer optimizer;

    public SyncedNetTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> behaviour)
    {
        this.policy = policy;
        this.behaviour = behaviour;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor adv, int rounds)
    {
        for (int e = 0; e < rounds; e++)
        {
            behaviour.load_state_dict(policy.state_dict());
            Tensor before;
            using (no_grad())
                before = behaviour.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var now = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(now - before);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
