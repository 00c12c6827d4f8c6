namespace GrpoAnalyzers.Runtime;

/// <summary>How a fused loss is computed. Nothing here changes its result but rounding.</summary>
public sealed record FusedOptions
{
    /// <summary>What is taken where nothing is given.</summary>
    public static FusedOptions Default { get; } = new();

    /// <summary>
    /// Rows of hidden states whose logits exist at a time. Null: from <see cref="MemoryBudget"/>, or else a number that keeps the multiplications fast:
    /// 16 M logits and at least 512 rows on a CPU, 8 M and 256 where no gradient of the weight is added up; 2,048 rows on other devices, 512 without that
    /// gradient.
    /// </summary>
    public int? ChunkRows { get; init; }

    /// <summary>Bytes that a call may have allocated at once, its gradients included; it never takes fewer than 64 rows. Null: no budget.</summary>
    public long? MemoryBudget { get; init; }

    /// <summary>Whether metrics are computed. Without them rows that add nothing to loss and gradient are not multiplied at all.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>
    /// Whether exact entropies are computed even where the objective does not read them: two more passes over the logits. Without it, the metric is still
    /// there where it costs nothing: in one pass with a trained head that has neither bias nor cap.
    /// </summary>
    public bool Entropy { get; init; }

    /// <summary>Looked at between chunks.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <param name="rows">How many there are.</param>
    /// <param name="head">What they are multiplied with.</param>
    /// <param name="hidden">For device and dtype.</param>
    /// <param name="weightGradient">Whether the weight's gradient is added up: a pass over its <c>[V, H]</c> for each chunk.</param>
    internal long Chunk(long rows, LmHead head, Tensor hidden, bool weightGradient)
    {
        if (rows == 0)
        {
            return 1;
        }

        if (ChunkRows is { } given)
        {
            return given > 0 ? Math.Min(given, rows) : throw new ArgumentOutOfRangeException(nameof(ChunkRows), given, "wanted at least one row.");
        }

        var onCpu = hidden.device_type == TorchSharp.DeviceType.CPU;
        var wanted = (onCpu, weightGradient) switch
        {
            (true, true) => Math.Max(512, 16_384_000 / head.Vocabulary),
            (true, false) => Math.Max(256, 8_192_000 / head.Vocabulary),
            (false, true) => 2048,
            (false, false) => 512,
        };
        if (MemoryBudget is { } budget)
        {
            if (budget <= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(MemoryBudget), budget, "wanted a positive number of bytes.");
            }

            var element = hidden.dtype == ScalarType.Float64 ? 8 : 4;
            var half = element == 4 && hidden.dtype != ScalarType.Float32;
            var fixedBytes = (weightGradient ? element * head.Vocabulary * head.Width : 0) + rows * head.Width * (half ? 2 : element);
            var grain = onCpu ? 64 : 128;
            wanted = Math.Max(64, (budget - fixedBytes) / (head.Vocabulary * (element + (half ? 4 : 0))) / grain * grain);
        }

        return Math.Min(wanted, rows);
    }
}
