using GrpoAnalyzers.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace AdditionGrpo;

/// <summary>Several completions a problem, each judged against the others of its group, by a method of the runtime.</summary>
internal sealed class GrpoTrainer : IDisposable
{
    private const int GroupSize = 8;
    private const double LearningRate = 5e-4;
    private const double MaxGradNorm = 1.0;

    private readonly Transformer policy;
    private readonly Method method;
    private readonly Transformer? reference;
    private readonly torch.optim.Optimizer optimizer;

    public GrpoTrainer(Transformer policy, Method method)
    {
        this.policy = policy;
        this.method = method;
        optimizer = torch.optim.AdamW(policy.parameters(), lr: LearningRate, weight_decay: 0.01);
        if (method.ReadsReference)
        {
            reference = new Transformer();
            reference.load_state_dict(policy.state_dict());
        }
    }

    /// <summary>Samples a group of completions for each problem and updates the policy on them.</summary>
    public StepResult Step(IReadOnlyList<Problem> problems)
    {
        using var scope = torch.NewDisposeScope();

        var sampled = Rollout.Sample(policy, problems, GroupSize);
        var (rollout, demonstrated) = Demonstrations.Put(sampled, problems, GroupSize, method.Demonstrations);
        var lengths = rollout.Mask.sum(1);
        LossInputs inputs;
        using (torch.no_grad())
        {
            var oldLogProbs = CompletionLogProbs(policy, rollout.Tokens).LogProbs;
            inputs = new LossInputs
            {
                LogProbs = oldLogProbs,
                OldLogProbs = oldLogProbs,
                ReferenceLogProbs = reference is null ? null : CompletionLogProbs(reference, rollout.Tokens).LogProbs,
                Mask = rollout.Mask.to_type(ScalarType.Bool),
                Advantages = method.Estimate?.Invoke(rollout.Rewards, GroupSize, lengths),
                Rewards = rollout.Rewards,
                TokenIds = Completion(rollout.Tokens),
                OffPolicy = demonstrated,
                Groups = GroupSize,
            };
        }

        for (var update = 0; update < method.Updates; update++)
        {
            using var updateScope = torch.NewDisposeScope();

            var (logProbs, entropy) = CompletionLogProbs(policy, rollout.Tokens);
            var result = method.Loss(inputs with { LogProbs = logProbs, Entropy = entropy });

            optimizer.zero_grad();
            result.Loss.backward();
            torch.nn.utils.clip_grad_norm_(policy.parameters(), MaxGradNorm);
            optimizer.step();
        }

        return new StepResult(sampled.MeanReward, sampled.TokenCount);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        reference?.Dispose();
    }

    private static Tensor Completion(Tensor tokens) => tokens.narrow(1, Problem.PromptLength, Problem.MaxCompletionLength);

    /// <summary>The log-probability of each completion token and, where the method reads it, the entropy of its distribution: [batch, completion].</summary>
    private (Tensor LogProbs, Tensor? Entropy) CompletionLogProbs(Transformer model, Tensor tokens)
    {
        var length = tokens.shape[1];
        var logits = model.call(tokens.narrow(1, 0, length - 1)).narrow(1, Problem.PromptLength - 1, Problem.MaxCompletionLength);
        var all = logits.log_softmax(-1);
        var logProbs = all.gather(-1, Completion(tokens).unsqueeze(-1)).squeeze(-1);
        return (logProbs, method.ReadsEntropy ? -(all.exp() * all).sum(-1) : null);
    }
}
