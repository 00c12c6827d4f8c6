// case: own.145
// expect: GRPO001, GRPO003
// shape: dual clip by where and minimum, row means, foreach over a range
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Q06;

public readonly record struct ClipRange(double Low, double High, double Dual)
{
    public static readonly ClipRange Default = new(0.2, 0.28, 3.0);
}

public sealed class DualClipTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly ClipRange clip = ClipRange.Default;

    public DualClipTrainer(nn.Module<Tensor, Tensor> policy) =>
        (this.policy, optimizer) = (policy, optim.AdamW(policy.parameters(), 1e-6, 0.9, 0.999));

    private Tensor Surrogate(Tensor logRatio, Tensor a)
    {
        var r = logRatio.clamp(-20, 20).exp();
        var first = -a * r;
        var second = -a * r.clamp(1 - clip.Low, 1 + clip.High);
        var pessimistic = maximum(first, second);
        var third = -a * clip.Dual;
        return where(a < 0, minimum(third, pessimistic), pessimistic);
    }

    public void Train(Tensor[] batches, Tensor[] masks, Tensor[] olds, Tensor[] rewards, int epochs)
    {
        for (int b = 0; b < batches.Length; b++)
        {
            var scores = rewards[b];
            var a = (scores - scores.mean()).unsqueeze(1);
            foreach (var epoch in Enumerable.Range(0, epochs))
            {
                var lp = policy.call(batches[b]).log_softmax(-1).gather(-1, batches[b].unsqueeze(-1)).squeeze(-1);
                var losses = Surrogate(lp - olds[b], a);
                var loss = {|GRPO001:((losses * masks[b]).sum(-1) / masks[b].sum(-1).clamp(1))|}.mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
