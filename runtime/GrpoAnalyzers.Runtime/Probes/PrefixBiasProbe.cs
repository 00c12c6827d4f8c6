using TorchSharp.Modules;

namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Measures how a loss pushes what all completions of a group share (2601.05002, proposition 1): tokens that tell good completions from bad ones in no
/// way, and that equal weights and centred advantages leave alone.
/// </summary>
public static class PrefixBiasProbe
{
    /// <summary>Evaluates the loss once; parameters and their gradients are left as they were.</summary>
    /// <param name="parameters">The policy's parameters, for the gradient norms.</param>
    /// <param name="logProbs">Computes the log-probabilities of the tokens with their graph, shaped as the tree's tokens.</param>
    /// <param name="loss">The user's loss of these log-probabilities, one number. Where it wants entropies too, it may compute them itself.</param>
    /// <param name="tree">The tree of the batch.</param>
    public static PrefixBias Measure(IEnumerable<Parameter> parameters, Func<Tensor> logProbs, Func<Tensor, Tensor> loss, PrefixTree tree)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(logProbs);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(tree);
        Parameter[] all = [.. parameters.Where(p => p.requires_grad)];
        using var kept = new KeptPolicy(all);
        using var scope = NewDisposeScope();
        using var graph = enable_grad();
        var policy = logProbs();
        tree.CheckShape(Require.Floating(policy, nameof(logProbs)), nameof(logProbs));

        // The loss is differentiated by log-probabilities first: what the policy makes of it then is a second, linear step, done once for each part.
        var leaf = policy.detach().requires_grad_();
        loss(leaf).backward();
        using var grad = no_grad();
        var push = (leaf.grad ?? throw new ArgumentException("the loss does not depend on the log-probabilities.", nameof(loss))).neg();
        var (shared, groups) = tree.SharedByGroups();
        var groupPushes = new List<PrefixPush>();
        foreach (var (group, positions, tokens) in groups)
        {
            var pushes = push.reshape(-1).index_select(0, tensor(positions, device: push.device)).to(ScalarType.Float64).reshape(-1, tokens);
            var sums = pushes.sum(0L);
            groupPushes.Add(new PrefixPush(group, tokens, sums.abs().max().ToDouble(), sums.abs().sum().ToDouble() / Math.Max(pushes.abs().sum().ToDouble(), 1e-300)));
        }

        var onShared = push * shared.to(push.dtype);
        return new PrefixBias(groupPushes, Norm(policy, onShared, all, retain: true), Norm(policy, push, all, retain: false));
    }

    private static double Norm(Tensor policy, Tensor push, Parameter[] parameters, bool retain)
    {
        using var scope = NewDisposeScope();
        using var graph = enable_grad();
        var gradients = autograd.grad([policy], parameters, [push.to(policy.dtype)], retain_graph: retain, allow_unused: true);
        return Math.Sqrt(gradients.Where(g => g is { IsInvalid: false }).Sum(g => g.detach().to(ScalarType.Float64).square().sum().ToDouble()));
    }
}

/// <summary>How a loss pushes what whole groups share.</summary>
/// <param name="Groups">The groups of two completions and more that begin alike.</param>
/// <param name="SharedGradientNorm">Norm of the part of the parameters' gradient that comes from shared tokens.</param>
/// <param name="GradientNorm">Norm of the parameters' gradient.</param>
public sealed record PrefixBias(IReadOnlyList<PrefixPush> Groups, double SharedGradientNorm, double GradientNorm)
{
    /// <summary>The largest aggregate weight of any shared token.</summary>
    public double LargestWeight => Groups.Select(g => g.LargestWeight).DefaultIfEmpty(0).Max();

    /// <summary>The part of the gradient that is bias.</summary>
    public double SharedPart => GradientNorm == 0 ? 0 : SharedGradientNorm / GradientNorm;

    /// <summary>A table, a group a row.</summary>
    public override string ToString() => ProbeTable.Of(
        FormattableString.Invariant($"gradient norm {GradientNorm:G4}, of shared prefixes {SharedGradientNorm:G4} ({SharedPart:P1})"),
        ["group", "shared tokens", "largest |W|", "left of the push"],
        Groups.Select(g => new object[] { g.Group, g.Tokens, g.LargestWeight, g.Left }));
}

/// <summary>What pushes the tokens that all completions of a group begin with.</summary>
/// <param name="Group">The number of the group.</param>
/// <param name="Tokens">How many tokens they share.</param>
/// <param name="LargestWeight">The largest |W|, W being the sum of alpha s A over the completions: minus the loss's derivative by the token's log-probability.</param>
/// <param name="Left">sum |W| over the sum of all |alpha s A|: 0 where completions cancel, 1 where all push one way.</param>
public sealed record PrefixPush(int Group, int Tokens, double LargestWeight, double Left);
