using System.Collections.Concurrent;

[assembly: AssemblyFixture(typeof(GrpoAnalyzers.Runtime.Tests.GoldenReport))]

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Counts the golden entries that were reproduced and says so at the end.</summary>
public sealed class GoldenReport : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Names = new();

    internal static void Reproduced(string entry) => Names[entry] = true;

    public void Dispose() => Console.WriteLine($"[report] golden entries reproduced: {Names.Count}");
}
