namespace GrpoAnalyzers.Runtime;

/// <summary>
/// A baseline for every place of a completion: b_t = sum G_t W_t / sum W_t over the completions of the group that reach t, W_t the running sum of
/// 1 - 2 pi + sum pi^2, the energy of the gradient at the logits. Places that one completion alone reaches keep their return. As verl has it.
/// </summary>
public static class OptimalTokenBaseline
{
    /// <summary>Token advantages, shaped as the log-probabilities.</summary>
    /// <param name="inputs">Reads the mask, old log-probabilities, rewards (the return of every token) and groups.</param>
    /// <param name="sumOfSquaredProbabilities">sum over the vocabulary of pi^2 at every token, shaped as the log-probabilities.</param>
    public static Tensor Estimate(LossInputs inputs, Tensor sumOfSquaredProbabilities)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        ArgumentNullException.ThrowIfNull(inputs);
        var batch = TokenBatch.From(inputs);
        Require.Floating(sumOfSquaredProbabilities, nameof(sumOfSquaredProbabilities));
        Require.Shape(sumOfSquaredProbabilities, nameof(sumOfSquaredProbabilities), batch.Layout.Mask.shape);
        Require.SameDevice(sumOfSquaredProbabilities, nameof(sumOfSquaredProbabilities), batch.LogProbs);
        var layout = batch.Layout;
        var squares = layout.Masked(sumOfSquaredProbabilities.detach().to(layout.MathType));
        if (batch.ChecksValues)
        {
            Require.Finite(squares, nameof(sumOfSquaredProbabilities), " under the mask");
        }

        var energy = layout.Compact(1 - batch.OldLogProbs.exp() * 2 + squares, 0).cumsum(1);
        var inside = layout.Compact(ones_like(squares), 0);
        energy = energy * inside;
        var rewards = batch.Rewards.unsqueeze(1);
        var total = batch.Groups.SumWithin(energy);
        var baseline = batch.Groups.SumWithin(energy * rewards) / (total + 1e-8);
        var alone = batch.Groups.SumWithin(inside).le(1);
        return layout.Expand((rewards - baseline.masked_fill(alone, 0)) * inside).MoveToOuterDisposeScope();
    }
}
