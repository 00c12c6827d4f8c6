using System.Collections.Concurrent;

[assembly: AssemblyFixture(typeof(GrpoAnalyzers.Runtime.Tests.GoldenReport))]

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Counts the golden entries that were reproduced and says so at the end. An entry is the path of a value, or of what holds several.</summary>
public sealed class GoldenReport : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Names = new();

    internal static IEnumerable<string> Entries => Names.Keys;

    internal static void Reproduced(string entry) => Names[entry] = true;

    public void Dispose() => Console.WriteLine($"[report] {Names.Count} golden cases reproduced");
}
