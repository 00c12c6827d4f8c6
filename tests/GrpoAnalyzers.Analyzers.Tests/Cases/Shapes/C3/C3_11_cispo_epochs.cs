// case: C3.11
// expect: none
// shape: CISPO with several epochs: its clip is detached and stops no gradient
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace CispoEpochs;

public class CispoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public CispoTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int epochs)
    {
        var A = (rewards - rewards.mean()).unsqueeze(1);
        for (int e = 0; e < epochs; e++)
        {
            var logp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var r = torch.exp(logp - old);
            var loss = -(r.clamp(max: 4).detach() * A * logp * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
