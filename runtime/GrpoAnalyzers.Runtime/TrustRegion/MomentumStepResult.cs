using System.Globalization;

namespace GrpoAnalyzers.Runtime;

/// <summary>What became of one step.</summary>
/// <param name="Factor">The share of the optimiser's step that was kept: 1 untouched, 0 taken back.</param>
/// <param name="OutsideBefore">Share of tokens outside the region before the step.</param>
/// <param name="OutsideFull">Share of tokens outside after the optimiser's whole step.</param>
/// <param name="Outside">Share of tokens outside after what was kept of it.</param>
/// <param name="ForwardPasses">How often the policy was asked for log-probabilities.</param>
/// <param name="LogProbs">
/// Log-probabilities under the policy as it is now; with a graph where <see cref="MomentumAwareStep.KeepGraph"/> is set, so that they can be those of the
/// next update on the same tokens.
/// </param>
public sealed record MomentumStepResult(double Factor, double OutsideBefore, double OutsideFull, double Outside, int ForwardPasses, Tensor LogProbs) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => LogProbs.Dispose();

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Factor:G3} of the step kept, outside {OutsideBefore:P1} -> {Outside:P1} (whole step {OutsideFull:P1}), {ForwardPasses} forward passes");
}
