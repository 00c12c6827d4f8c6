// case: C2.25
// expect: none
// shape: RMSprop is outside the Adam family
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Rms;

public class RmsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly RMSProp optimizer;

    public RmsTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.RMSProp(policy.parameters(), 1e-4, momentum: 0.9);
    }

    public void Update(Tensor ids, Tensor mask, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = ((r - r.mean([1], keepdim: true)) / (r.std(1, keepdim: true) + 1e-4)).view(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(lp * adv * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
