// case: own.472
// expect: none
// shape: clipped epochs that stop on approximate KL inside a helper, centring only, constant normaliser
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed record Limits(double Clip = 0.2, double TargetKl = 0.02, int Epochs = 6, int MaxTokens = 512);

public sealed class CodeReviewTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly Limits limits;

    public CodeReviewTrainer(nn.Module<Tensor, Tensor> policy, Limits limits)
    {
        this.policy = policy;
        this.limits = limits;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public int Update(Tensor tokens, Tensor mask, Tensor rewards, int groupSize)
    {
        var groups = rewards.view(-1, groupSize);
        var adv = (groups - groups.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);
        Tensor old;
        using (no_grad()) old = LogProbs(tokens);

        bool Drifted(Tensor logRatio)
        {
            using var _ = no_grad();
            var d = logRatio.detach();
            var kl = ((d.exp() - 1 - d) * mask).sum() / mask.sum();
            return kl.ToDouble() > 1.5 * limits.TargetKl;
        }

        var done = 0;
        foreach (var epoch in Enumerable.Range(0, limits.Epochs))
        {
            using var scope = NewDisposeScope();
            var logRatio = LogProbs(tokens) - old;
            if (Drifted(logRatio))
            {
                Console.WriteLine($"stopped before epoch {epoch}");
                break;
            }

            var ratio = logRatio.exp();
            var objective = minimum(ratio * adv, ratio.clamp(1 - limits.Clip, 1 + limits.Clip) * adv);
            var loss = -(objective * mask).sum() / (rewards.shape[0] * limits.MaxTokens);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            done++;
        }
        return done;
    }

    private Tensor LogProbs(Tensor tokens)
    {
        var n = tokens.shape[1] - 1;
        return policy.call(tokens.narrow(1, 0, n))
            .log_softmax(-1)
            .gather(-1, tokens.narrow(1, 1, n).unsqueeze(-1))
            .squeeze(-1);
    }
}
