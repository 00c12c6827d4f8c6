// case: C4.43
// expect: none
// shape: the loop runs while the clip fraction of the last round is small
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FractionStop;

public class FractionStopTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FractionStopTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public int Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        int steps = 0;
        double clipped;
        do
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var r = torch.exp(lp - old);
            clipped = (((r - 1).abs() > 0.2).to_type(ScalarType.Float32) * mask).sum().ToDouble() / mask.sum().ToDouble();
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(r * a, r.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            steps++;
        }
        while (clipped < 0.1 && steps < 16);
        return steps;
    }
}
