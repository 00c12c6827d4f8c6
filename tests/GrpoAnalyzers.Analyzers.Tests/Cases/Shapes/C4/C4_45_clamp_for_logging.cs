// case: C4.45
// expect: none
// shape: REINFORCE in several inner rounds; the clamped ratio and min exist only in a metric under no_grad
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ClampMetric;

public class ClampMetricTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ClampMetricTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public double Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int rounds)
    {
        double clipFrac = 0;
        for (int i = 0; i < rounds; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            using (no_grad())
            {
                var r = torch.exp(lp - old);
                var ratioClamped = r.clamp(0.8, 1.2);
                clipFrac += (r != ratioClamped).to_type(ScalarType.Float32).mean().ToDouble();
                _ = torch.min(r * adv.unsqueeze(1), ratioClamped * adv.unsqueeze(1)).mean();
            }

            var loss = -(lp * adv.unsqueeze(1) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        return clipFrac / rounds;
    }
}
