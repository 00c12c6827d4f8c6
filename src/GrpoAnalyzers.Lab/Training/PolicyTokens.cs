using AdditionGrpo;
using GrpoAnalyzers.Runtime;
using static TorchSharp.torch;


namespace GrpoAnalyzers.Lab;

/// <summary>A rollout of the sample's task as the runtime wants it.</summary>
/// <param name="Tokens">[batch, prompt + completion]</param>
/// <param name="Inputs">What losses read; the log-probabilities are those of the policy that sampled.</param>
/// <param name="MeanReward">The mean of the rewards.</param>
internal sealed record PolicyTokens(Tensor Tokens, LossInputs Inputs, double MeanReward)
{
    public const int GroupSize = 8;

    public static PolicyTokens Sample(Transformer policy, IReadOnlyList<Problem> problems)
    {
        var rollout = Rollout.Sample(policy, problems, GroupSize);
        using var grad = no_grad();
        var old = LogProbs(policy, rollout.Tokens);
        return new PolicyTokens(
            rollout.Tokens,
            new LossInputs
            {
                LogProbs = old,
                OldLogProbs = old,
                Mask = rollout.Mask.to_type(ScalarType.Bool),
                Advantages = AdvantageEstimator.GroupStandardised.Estimate(rollout.Rewards, GroupSize),
                Rewards = rollout.Rewards,
                TokenIds = rollout.Tokens.narrow(1, Problem.PromptLength, Problem.MaxCompletionLength),
                Groups = GroupSize,
            },
            rollout.MeanReward);
    }

    /// <summary>The log-probability of each completion token, [batch, completion].</summary>
    public static Tensor LogProbs(Transformer policy, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var length = tokens.shape[1];
        var logits = policy.call(tokens.narrow(1, 0, length - 1)).narrow(1, Problem.PromptLength - 1, Problem.MaxCompletionLength);
        var completion = tokens.narrow(1, Problem.PromptLength, Problem.MaxCompletionLength);
        return logits.log_softmax(-1).gather(-1, completion.unsqueeze(-1)).squeeze(-1).MoveToOuterDisposeScope();
    }
}
