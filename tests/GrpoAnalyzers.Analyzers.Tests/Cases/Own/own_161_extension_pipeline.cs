// case: own.161
// expect: GRPO001, GRPO002, GRPO003
// shape: extension methods form a pipeline, min/max bounds by maximum and minimum, do-while passes
using System;
using TorchSharp;
using static TorchSharp.torch;

public static class TensorPipeline
{
    public static Tensor Standardised(this Tensor perPrompt)
    {
        var mu = perPrompt.mean(new long[] { 1 }, true);
        var variance = (perPrompt - mu).square().mean(new long[] { 1 }, true);
        return {|GRPO002:(perPrompt - mu) * (variance + 1e-8).rsqrt()|};
    }

    public static Tensor Within(this Tensor x, double lo, double hi) => minimum(maximum(x, full_like(x, lo)), full_like(x, hi));

    public static Tensor PerCompletion(this Tensor tokenLoss, Tensor mask) => {|GRPO001:einsum("bt,bt->b", tokenLoss, mask) / mask.sum(1)|};
}

public class PipelineTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly int maxPasses;

    public PipelineTrainer(nn.Module<Tensor, Tensor> lm, int maxPasses)
    {
        this.lm = lm;
        this.maxPasses = maxPasses;
        optimizer = CreateOptimizer("adamw", lm);
    }

    private static optim.Optimizer CreateOptimizer(string kind, nn.Module lm) => kind switch
    {
        "adamw" => optim.AdamW(lm.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95),
        "adam" => optim.Adam(lm.parameters(), lr: 1e-6),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public float Fit(Tensor tokens, Tensor mask, Tensor logPAtSampling, Tensor rewards, int samples)
    {
        var advantage = rewards.view(-1, samples).Standardised().view(-1, 1);
        var last = 0f;
        var pass = 0;
        do
        {
            var lp = lm.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
            var w = lp.sub(logPAtSampling).exp();
            var gain = fmin(w.mul(advantage), w.Within(0.8, 1.2).mul(advantage));
            var loss = gain.PerCompletion(mask).mean().neg();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            last = loss.item<float>();
        }
        while (++pass < maxPasses);

        return last;
    }
}
