namespace GrpoAnalyzers.Runtime;

/// <summary>P pairs of a preferred and a rejected answer to the same prompt. Log-probabilities are sums over each answer's tokens, prompts left out.</summary>
public sealed record PreferenceInputs
{
    /// <summary>Of the preferred answer under the policy, <c>[P]</c>; carries the gradient.</summary>
    public required Tensor Chosen { get; init; }

    /// <summary>Of the rejected answer under the policy, <c>[P]</c>; carries the gradient.</summary>
    public required Tensor Rejected { get; init; }

    /// <summary>Of the preferred answer under the reference, <c>[P]</c>.</summary>
    public Tensor? ReferenceChosen { get; init; }

    /// <summary>Of the rejected answer under the reference, <c>[P]</c>.</summary>
    public Tensor? ReferenceRejected { get; init; }

    /// <summary>Tokens of the preferred answer, <c>[P]</c>.</summary>
    public Tensor? ChosenLengths { get; init; }

    /// <summary>Tokens of the rejected answer, <c>[P]</c>.</summary>
    public Tensor? RejectedLengths { get; init; }

    /// <summary>sum over tokens of KL(ref || pi) over the whole vocabulary along the preferred answer, <c>[P]</c>; carries a gradient (TDPO).</summary>
    public Tensor? ChosenKl { get; init; }

    /// <summary>The same along the rejected answer, <c>[P]</c> (TDPO).</summary>
    public Tensor? RejectedKl { get; init; }

    /// <summary>Whether values are checked. Null: on the CPU yes, on other devices no.</summary>
    public bool? Validate { get; init; }
}
