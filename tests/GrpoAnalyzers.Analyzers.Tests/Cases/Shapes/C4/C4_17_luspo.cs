// case: C4.17
// expect: none
// shape: LUSPO: the row mean is multiplied by the length again
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Luspo;

public class LuspoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LuspoTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var A = rewards - rewards.mean();
        var len = mask.sum(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var s = torch.exp(((lp - old) * mask).sum(1) / len);
        var pt = torch.min(s * A, s.clamp(0.999, 1.001) * A);
        var loss = -(pt * len).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
