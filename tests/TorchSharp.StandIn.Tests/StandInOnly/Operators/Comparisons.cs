using GrpoAnalyzers.StandIns.Tests.Completeness;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

/// <summary>All expressions that are compared with python's, by topic.</summary>
[ComparesWithPython]
internal static partial class Comparisons
{
    public static IReadOnlyList<Comparison> All { get; } = [.. Arithmetic(), .. Operators(), .. Trigonometry(), .. Activations(), .. Comparison(), .. Reductions(), .. Scans(), .. Sorting(), .. Indexing(), .. Shape(), .. Joining(), .. LinearAlgebra(), .. Special(), .. Functional(), .. Types(), .. Factories(), .. Sequences(), .. Random(), .. Distributions(), .. FromArrays()];

    /// <summary>From a generator that starts as python's does in the same expression.</summary>
    private static T Seeded<T>(Func<T> draw)
    {
        manual_seed(7);
        return draw();
    }
}
