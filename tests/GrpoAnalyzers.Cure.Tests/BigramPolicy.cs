using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Cure.Tests;

/// <summary>A table of logits, a row for each token that was read last. It notes where it was asked with a gradient, and what came back.</summary>
public sealed class BigramPolicy : nn.Module<Tensor, Tensor>
{
    public const int Vocabulary = 96;

    private readonly Parameter table;

    public BigramPolicy()
        : base(nameof(BigramPolicy))
    {
        // Any table will do that is neither flat nor peaked.
        var values = new float[Vocabulary * Vocabulary];
        for (var i = 0; i < values.Length; i++)
            values[i] = MathF.Sin((1.7f * i) + 0.3f);
        table = new Parameter(tensor(values).view(Vocabulary, Vocabulary));
        RegisterComponents();
    }

    /// <summary>The forward passes that a gradient was asked of, in their order.</summary>
    public List<PolicyCall> Calls { get; } = [];

    /// <summary>The table as it is.</summary>
    public float[] Snapshot() => table.detach().clone().data<float>().ToArray();

    public override Tensor forward(Tensor ids)
    {
        var logits = table.index_select(0, ids.reshape(-1)).view([.. ids.shape, Vocabulary]);
        if (!is_grad_enabled())
            return logits;

        // Added zeros receive the gradient into the logits of this pass alone.
        var probe = zeros(logits.shape).requires_grad_().DetachFromDisposeScope();
        Calls.Add(new PolicyCall([.. ids.reshape(-1).data<long>()], ids.shape, probe, Snapshot()));
        return logits + probe;
    }

    /// <summary>The log-probabilities of a table, in double precision.</summary>
    public static double[][] LogProbs(float[] table)
    {
        var rows = new double[Vocabulary][];
        for (var row = 0; row < Vocabulary; row++)
        {
            var logits = table.Skip(row * Vocabulary).Take(Vocabulary).Select(value => (double)value).ToArray();
            var normaliser = Math.Log(logits.Sum(Math.Exp));
            rows[row] = [.. logits.Select(logit => logit - normaliser)];
        }

        return rows;
    }
}

/// <param name="Context">The tokens read.</param>
/// <param name="Shape">The shape that they had.</param>
/// <param name="Probe">What holds the gradient into the logits after the backward pass.</param>
/// <param name="Table">The policy's table at the time.</param>
public sealed record PolicyCall(long[] Context, long[] Shape, Tensor Probe, float[] Table);
