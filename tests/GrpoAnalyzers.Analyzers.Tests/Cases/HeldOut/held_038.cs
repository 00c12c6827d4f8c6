// case: held.038
// expect: GRPO001
// shape: masked mean over tokens inside a masked mean over samples; leave-one-out baseline
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public record ClippedPGLossConfig(double RatioClipMin = 0.2, double RatioClipMax = 0.2, bool TokenLevelLoss = false);

public class ClippedPGTrainer
{
    private readonly ClippedPGLossConfig cfg = new();
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ClippedPGTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 5e-6);
    }

    private static Tensor LeaveOneOut(Tensor rewards, long n)
    {
        var r = rewards.reshape(-1, n);
        var others = (r.sum(1, keepdim: true) - r) / (n - 1);
        return (r - others).reshape(-1, 1);
    }

    public Dictionary<string, float> Train(Tensor ids, Tensor tokenMask, Tensor sampleMask, Tensor prevLogprobs, Tensor rewards, long n)
    {
        var adv = LeaveOneOut(rewards, n);
        var curr = -nn.functional.cross_entropy(policy.call(ids).transpose(1, 2), ids, reduction: nn.Reduction.None);
        var ratios = (curr - prevLogprobs).exp();
        var clamped = ratios.clamp(1.0 - cfg.RatioClipMin, 1.0 + cfg.RatioClipMax);
        var clipLoss = torch.max(-adv * ratios, -adv * clamped);
        Tensor actorLoss;
        if (cfg.TokenLevelLoss)
        {
            var m = tokenMask * sampleMask.unsqueeze(-1);
            actorLoss = (clipLoss * m).sum() / (m.sum() + 1e-8);
        }
        else
        {
            var perSample = {|GRPO001:(clipLoss * tokenMask).sum(-1) / (tokenMask.sum(-1) + 1e-8)|};
            actorLoss = (perSample * sampleMask).sum() / (sampleMask.sum() + 1e-8);
        }

        optimizer.zero_grad();
        actorLoss.backward();
        optimizer.step();
        return new Dictionary<string, float> { ["loss"] = actorLoss.item<float>(), ["probs_ratio"] = ratios.mean().item<float>() };
    }
}
