using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

internal static partial class Comparisons
{
    private static Comparison[] Sequences() =>
    [
        new("torch.arange(5)", x => torch.arange(5)),
        new("torch.arange(2, 7)", x => torch.arange(2, 7)),
        new("torch.arange(2.0, 7.5, 0.5)", x => torch.arange(2.0, 7.5, 0.5, ScalarType.Float32)),
        new("torch.arange(7, 2, -2)", x => torch.arange(7, 2, -2)),
        new("torch.arange(5, dtype=torch.float64)", x => torch.arange(5, ScalarType.Float64)),
        new("torch.linspace(-1, 2, 7)", x => torch.linspace(-1, 2, 7)),
        new("torch.linspace(-1, 2, 7, dtype=torch.float64)", x => torch.linspace(-1, 2, 7, ScalarType.Float64)),
        new("torch.logspace(-1, 2, 4)", x => torch.logspace(-1, 2, 4)),
        new("torch.logspace(-1, 2, 4, base=2.0)", x => torch.logspace(-1, 2, 4, 2)),
        new("torch.eye(3)", x => torch.eye(3)),
        new("torch.eye(2, 4, dtype=torch.int64)", x => torch.eye(2, 4, ScalarType.Int64)),
        new("torch.tril_indices(3, 4, 1)", x => torch.tril_indices(3, 4, 1)),
        new("torch.triu_indices(3, 4, -1)", x => torch.triu_indices(3, 4, -1)),
        new("torch.bartlett_window(6)", x => torch.bartlett_window(6)),
        new("torch.bartlett_window(6, periodic=False)", x => torch.bartlett_window(6, false)),
        new("torch.blackman_window(6)", x => torch.blackman_window(6)),
        new("torch.hann_window(6)", x => torch.hann_window(6)),
        new("torch.hann_window(6, periodic=False, dtype=torch.float64)", x => torch.hann_window(6, false, ScalarType.Float64)),
        new("torch.hamming_window(6)", x => torch.hamming_window(6)),
        new("torch.hamming_window(6, True, 0.5, 0.25)", x => torch.hamming_window(6, true, 0.5f, 0.25f)),
        new("torch.kaiser_window(6)", x => torch.kaiser_window(6)),
        new("torch.kaiser_window(6, False, 8.0)", x => torch.kaiser_window(6, false, 8)),
    ];
}
