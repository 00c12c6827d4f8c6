using TorchSharp;
using static TorchSharp.torch;

namespace AdditionGrpo;

/// <summary>Group relative policy optimisation: several completions a problem, each judged against the others of its group.</summary>
internal sealed class GrpoTrainer(Transformer policy) : IDisposable
{
    private const int GroupSize = 8;
    private const int UpdatesPerRollout = 4;
    private const double ClipRange = 0.2;
    private const double LearningRate = 5e-4;
    private const double MaxGradNorm = 1.0;
    private const double KlLimit = 0.02;

    private readonly torch.optim.Optimizer optimizer = torch.optim.AdamW(policy.parameters(), lr: LearningRate, weight_decay: 0.01);

    /// <summary>Samples a group of completions for each problem and updates the policy on them.</summary>
    public StepResult Step(IReadOnlyList<Problem> problems)
    {
        using var scope = torch.NewDisposeScope();

        var rollout = Rollout.Sample(policy, problems, GroupSize);
        var advantages = Advantages(rollout.Rewards);
        var mask = rollout.Mask;

        Tensor oldLogProbs;
        using (torch.no_grad()) oldLogProbs = CompletionLogProbs(rollout.Tokens);

        for (var update = 0; update < UpdatesPerRollout; update++)
        {
            using var updateScope = torch.NewDisposeScope();

            var logProbs = CompletionLogProbs(rollout.Tokens);
            var ratio = torch.exp(logProbs - oldLogProbs);
            var surrogate = ratio * advantages;
            var clippedSurrogate = torch.clamp(ratio, 1 - ClipRange, 1 + ClipRange) * advantages;
            var perTokenLoss = -torch.min(surrogate, clippedSurrogate);
            var loss = (perTokenLoss * mask).sum() / mask.sum();

            optimizer.zero_grad();
            loss.backward();
            torch.nn.utils.clip_grad_norm_(policy.parameters(), MaxGradNorm);
            using (torch.no_grad())
            {
                var logRatio = logProbs - oldLogProbs;
                var kl = ((torch.exp(logRatio) - 1 - logRatio) * mask).sum() / mask.sum();
                if (!(kl.item<float>() <= KlLimit)) break;
            }

            optimizer.step();
        }

        return new StepResult(rollout.MeanReward, rollout.TokenCount);
    }

    public void Dispose() => optimizer.Dispose();

    /// <summary>One advantage a completion, [batch, 1].</summary>
    private static Tensor Advantages(Tensor rewards)
    {
        var groups = rewards.view(-1, GroupSize);
        var advantages = groups - groups.mean([1], keepdim: true);
        return advantages.view(-1, 1);
    }

    /// <summary>The log-probability of each completion token, [batch, completion].</summary>
    private Tensor CompletionLogProbs(Tensor tokens)
    {
        var length = tokens.shape[1];
        var logits = policy.call(tokens.narrow(1, 0, length - 1)).narrow(1, Problem.PromptLength - 1, Problem.MaxCompletionLength);
        var completion = tokens.narrow(1, Problem.PromptLength, Problem.MaxCompletionLength);
        return logits.log_softmax(-1).gather(-1, completion.unsqueeze(-1)).squeeze(-1);
    }
}
