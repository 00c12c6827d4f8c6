namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The tensors of one (micro-)batch for a fused loss: those of <see cref="LossInputs"/> without the policy's log-probabilities, which are computed,
/// and without entropies, which are computed where the objective reads them. Padded <c>[B, T]</c>, or packed <c>[N]</c> with <see cref="Offsets"/>.
/// </summary>
public sealed record FusedInputs
{
    /// <summary>Ids of the sampled tokens, integer, <c>[B, T]</c> or <c>[N]</c>; ids outside the mask are not read.</summary>
    public required Tensor Targets { get; init; }

    /// <summary>True on the tokens that are trained. bool, shaped as <see cref="Targets"/>. Rows outside it are not multiplied with the head.</summary>
    public required Tensor Mask { get; init; }

    /// <summary>As <see cref="LossInputs.OldLogProbs"/>.</summary>
    public Tensor? OldLogProbs { get; init; }

    /// <summary>As <see cref="LossInputs.ReferenceLogProbs"/>.</summary>
    public Tensor? ReferenceLogProbs { get; init; }

    /// <summary>As <see cref="LossInputs.BehaviourLogProbs"/>.</summary>
    public Tensor? BehaviourLogProbs { get; init; }

    /// <summary>As <see cref="LossInputs.Advantages"/>.</summary>
    public Tensor? Advantages { get; init; }

    /// <summary>As <see cref="LossInputs.OffPolicy"/>.</summary>
    public Tensor? OffPolicy { get; init; }

    /// <summary>As <see cref="LossInputs.Groups"/>.</summary>
    public Groups? Groups { get; init; }

    /// <summary>As <see cref="LossInputs.Offsets"/>.</summary>
    public IReadOnlyList<long>? Offsets { get; init; }

    /// <summary>As <see cref="LossInputs.EmptyCompletions"/>.</summary>
    public EmptyCompletions EmptyCompletions { get; init; } = EmptyCompletions.Throw;

    /// <summary>As <see cref="LossInputs.Validate"/>.</summary>
    public bool? Validate { get; init; }

    /// <summary>The inputs of the plain loss.</summary>
    /// <param name="logProbs">Log-probabilities of the targets, shaped as <see cref="Targets"/>.</param>
    /// <param name="entropy">Entropies; null where nothing reads them.</param>
    public LossInputs With(Tensor logProbs, Tensor? entropy = null) => new()
    {
        LogProbs = logProbs,
        Mask = Mask,
        OldLogProbs = OldLogProbs,
        ReferenceLogProbs = ReferenceLogProbs,
        BehaviourLogProbs = BehaviourLogProbs,
        Advantages = Advantages,
        Entropy = entropy,
        TokenIds = Targets,
        OffPolicy = OffPolicy,
        Groups = Groups,
        Offsets = Offsets,
        EmptyCompletions = EmptyCompletions,
        Validate = Validate,
    };
}
