using TorchSharp;
using static TorchSharp.torch;

namespace AdditionGrpo;

/// <summary>
/// Supervised training on demonstrations until the policy solves some of the problems: a policy that solves none gets no reward to learn from.
/// </summary>
internal sealed class WarmStart(Transformer policy, ProblemSet problems, Random random)
{
    private const int BatchSize = 64;
    private const double LearningRate = 2e-3;
    private const double TargetAccuracy = 0.15;
    private const int CheckEvery = 5;
    private const int CheckSize = 256;
    private const long IgnoreIndex = -100;

    /// <summary>Returns the number of steps it took.</summary>
    /// <param name="maxSteps">Stop here even if the policy solves too little.</param>
    /// <param name="progress">Draws the steps taken.</param>
    /// <param name="cancellation">Ends the warm start after the step it is in.</param>
    public int Run(int maxSteps, ProgressBar progress, CancellationToken cancellation)
    {
        using var optimizer = torch.optim.AdamW(policy.parameters(), lr: LearningRate, weight_decay: 0.01);
        var step = 0;
        while (step < maxSteps && !cancellation.IsCancellationRequested)
        {
            Step(optimizer);
            step++;
            if (step % CheckEvery != 0) continue;

            var accuracy = Sampler.GreedyAccuracy(policy, problems.Draw(CheckSize));
            progress.Report(step, $"accuracy {accuracy:F2}, goes on to {TargetAccuracy:F2}");
            if (accuracy >= TargetAccuracy) break;
        }

        return step;
    }

    private void Step(torch.optim.Optimizer optimizer)
    {
        using var scope = torch.NewDisposeScope();

        var (tokens, targets) = Demonstrations();
        var logits = policy.call(tokens);
        var loss = torch.nn.functional.cross_entropy(logits.view(-1, Tokenizer.VocabularySize), targets.view(-1), ignore_index: IgnoreIndex);

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    private (Tensor Tokens, Tensor Targets) Demonstrations()
    {
        const int Length = Problem.PromptLength + Problem.MaxCompletionLength;
        var tokens = new long[BatchSize * (Length - 1)];
        var targets = new long[tokens.Length];
        Array.Fill(tokens, Tokenizer.EndToken);
        Array.Fill(targets, IgnoreIndex);

        var start = 0;
        foreach (var problem in problems.Draw(BatchSize))
        {
            var fillers = new string(Tokenizer.Filler, random.Next(Problem.MaxFillers + 1));
            var text = Tokenizer.Encode(problem.Prompt + fillers + problem.Answer + Tokenizer.End);
            text.AsSpan(..^1).CopyTo(tokens.AsSpan(start));
            text.AsSpan(Problem.PromptLength..).CopyTo(targets.AsSpan(start + Problem.PromptLength - 1));
            start += Length - 1;
        }

        return (torch.tensor(tokens).view(BatchSize, Length - 1), torch.tensor(targets).view(BatchSize, Length - 1));
    }
}
