// case: own.446
// expect: none
// shape: epochs with a KL break, token mean, centring only
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace WebAgent;

public sealed record StepBatch(Tensor Ids, Tensor Labels, Tensor Mask, Tensor Rewards);

public sealed class WebAgentTrainer
{
    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly optim.Optimizer _opt;
    private readonly double _targetKl;
    private readonly int _epochs;

    public WebAgentTrainer(nn.Module<Tensor, Tensor> lm, int epochs = 4, double targetKl = 0.02)
    {
        _lm = lm;
        _epochs = epochs;
        _targetKl = targetKl;
        _opt = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private Tensor LogP(StepBatch b) =>
        nn.functional.log_softmax(_lm.call(b.Ids), -1).gather(-1, b.Labels.unsqueeze(-1)).squeeze(-1);

    public void Fit(StepBatch b, int groupSize)
    {
        Tensor old;
        using (no_grad()) old = LogP(b);

        var grouped = b.Rewards.view(-1, groupSize);
        var adv = (grouped - grouped.mean(new long[] { 1 }, true)).view(-1, 1);
        var tokens = b.Mask.sum();

        for (int e = 0; e < _epochs; e++)
        {
            using var scope = NewDisposeScope();
            var logRatio = (LogP(b) - old) * b.Mask;
            var ratio = logRatio.exp();

            double kl;
            using (no_grad())
                kl = (((ratio - 1) - logRatio) * b.Mask).sum().div(tokens).ToDouble();
            if (kl > _targetKl)
            {
                Console.WriteLine($"stop after {e} epochs, kl={kl:F4}");
                break;
            }

            var surrogate = torch.minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var loss = -(surrogate * b.Mask).sum() / tokens;
            _opt.zero_grad();
            loss.backward();
            _opt.step();
        }
    }
}
