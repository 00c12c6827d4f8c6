using TorchSharp.Modules;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Two groups of four completions of five tokens under a policy of next-token logits by position: no context, everything by hand.</summary>
internal sealed class TinyPolicy : IDisposable
{
    internal const int Group = 4;

    private const int Length = 5;
    private const int Vocabulary = 7;

    private readonly Tensor tokens;

    internal TinyPolicy(int seed = 5)
    {
        var random = new Random(seed);
        Logits = new Parameter(tensor(Enumerable.Range(0, Length * Vocabulary).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray(), [Length, Vocabulary]));
        Scale = new Parameter(ones([Vocabulary], ScalarType.Float32));
        tokens = tensor(Enumerable.Range(0, 2 * Group * Length).Select(_ => (long)random.Next(Vocabulary)).ToArray(), [2 * Group, Length]);
        using var grad = no_grad();
        Old = LogProbs();
        Mask = ones([2 * Group, Length], ScalarType.Bool);
        Advantages = AdvantageEstimator.GroupStandardised.Estimate(tensor(Enumerable.Range(0, 2 * Group).Select(_ => (float)random.Next(2)).ToArray()), Group);
    }

    internal Parameter Logits { get; }

    internal Parameter Scale { get; }

    internal Parameter[] Parameters => [Logits, Scale];

    internal Tensor Old { get; }

    internal Tensor Mask { get; }

    internal Tensor Advantages { get; }

    internal int Passes { get; private set; }

    internal Tensor LogProbs()
    {
        Passes++;
        using var scope = NewDisposeScope();
        var all = (Logits * Scale).log_softmax(-1).unsqueeze(0).expand(tokens.shape[0], Length, Vocabulary);
        return all.gather(2, tokens.unsqueeze(2)).squeeze(2).MoveToOuterDisposeScope();
    }

    internal Tensor Loss(Tensor logProbs) => GroupObjective.DrGrpo.Compute(Inputs(logProbs)).Loss;

    internal LossInputs Inputs(Tensor logProbs) => new()
    {
        LogProbs = logProbs,
        OldLogProbs = Old,
        Mask = Mask,
        Advantages = Advantages,
        TokenIds = tokens,
        Groups = Group,
        Rewards = Advantages,
    };

    /// <summary>Gradients of the loss; what it was made of.</summary>
    internal Tensor Backward(torch.optim.Optimizer optimizer)
    {
        var logProbs = LogProbs();
        optimizer.zero_grad();
        Loss(logProbs).backward();
        return logProbs;
    }

    internal float[] Numbers() => [.. Parameters.SelectMany(p => p.detach().reshape(-1).data<float>().ToArray())];

    public void Dispose()
    {
        Array.ForEach(Parameters, p => p.Dispose());
        tokens.Dispose();
        Old.Dispose();
        Mask.Dispose();
        Advantages.Dispose();
    }
}
