namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The tensors of one (micro-)batch. B completions are either padded, token tensors <c>[B, T]</c>, or packed, token tensors <c>[N]</c>
/// with <see cref="Offsets"/>. Only <see cref="LogProbs"/> and <see cref="Mask"/> are always needed; an objective that reads an absent one
/// throws and names it. All but <see cref="LogProbs"/>, and <see cref="Entropy"/> under an <see cref="EntropyBonus"/>, are constants to autograd.
/// </summary>
public sealed record LossInputs
{
    /// <summary>Log-probabilities of the sampled tokens under the policy that is trained; carries the gradient. <c>[B, T]</c> or <c>[N]</c>.</summary>
    public required Tensor LogProbs { get; init; }

    /// <summary>True on the tokens that are trained. bool, shaped as <see cref="LogProbs"/>. Nothing outside it reaches loss or gradient.</summary>
    public required Tensor Mask { get; init; }

    /// <summary>Log-probabilities under the policy as it was when it sampled, computed by the trainer. Shaped as <see cref="LogProbs"/>.</summary>
    public Tensor? OldLogProbs { get; init; }

    /// <summary>Log-probabilities under the reference policy. Shaped as <see cref="LogProbs"/>.</summary>
    public Tensor? ReferenceLogProbs { get; init; }

    /// <summary>Log-probabilities that the inference engine reported for its samples. Shaped as <see cref="LogProbs"/>.</summary>
    public Tensor? BehaviourLogProbs { get; init; }

    /// <summary>Advantages, one a completion <c>[B]</c> or one a token, shaped as <see cref="LogProbs"/>.</summary>
    public Tensor? Advantages { get; init; }

    /// <summary>Rewards <c>[B]</c>, for the losses that read them directly (DisCO).</summary>
    public Tensor? Rewards { get; init; }

    /// <summary>Entropies of the policy's next-token distributions. Shaped as <see cref="LogProbs"/>.</summary>
    public Tensor? Entropy { get; init; }

    /// <summary>Ids of the sampled tokens, integer. Shaped as <see cref="LogProbs"/>.</summary>
    public Tensor? TokenIds { get; init; }

    /// <summary>True for completions that the policy did not sample itself, such as demonstrations (LUFFY). bool <c>[B]</c>.</summary>
    public Tensor? OffPolicy { get; init; }

    /// <summary>Which completions answer the same prompt.</summary>
    public Groups? Groups { get; init; }

    /// <summary>Packed batches only: B + 1 ascending token offsets, from 0 to N. Completion i is <c>[Offsets[i], Offsets[i + 1])</c>.</summary>
    public IReadOnlyList<long>? Offsets { get; init; }

    /// <summary>What a completion without a token under the mask means.</summary>
    public EmptyCompletions EmptyCompletions { get; init; } = EmptyCompletions.Throw;

    /// <summary>
    /// Whether values (NaN, infinities, empty masks) are checked, which reads them on the host. Null: on the CPU yes, on other devices no.
    /// Shapes, dtypes and devices are always checked.
    /// </summary>
    public bool? Validate { get; init; }
}
