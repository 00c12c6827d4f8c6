using System.Collections.Concurrent;
using GrpoAnalyzers.Analyzers.Tests;
using GrpoAnalyzers.CodeFixes.Tests;

[assembly: AssemblyFixture(typeof(GrpoAnalyzers.Cure.Tests.CureReport))]

namespace GrpoAnalyzers.Cure.Tests;

/// <summary>Counts what was cured by measurement and prints a table at the end: what is not measured has passed the tests of the fixes alone.</summary>
public sealed class CureReport : IDisposable
{
    private static readonly ConcurrentDictionary<(string List, string Name), bool> Measured = new();

    /// <summary>The action that comes first, by the file that lists where it is refused.</summary>
    private static readonly (string List, string Action)[] Actions =
    [
        ("GRPO001", "first fix"),
        ("GRPO001.Constant", "constant"),
        ("GRPO002", "first fix"),
        ("GRPO003", "first fix"),
    ];

    /// <summary>Notes that a trainer's defect was measured before a fix and was gone after it.</summary>
    internal static void Cured(string list, string name) => Measured[(list, name)] = true;

    public void Dispose()
    {
        Console.WriteLine("[report] rule     fix        cases  offered  cured by measurement  refused");
        foreach (var (list, action) in Actions)
        {
            var rule = list[..7];
            var cases = CaseCorpus.All.Count(shape => !CaseCorpus.Pending.Contains(shape.Name) && shape.Expected.Any(place => place.Id == rule));
            var refused = RefusedCases.Of(list);
            var cured = Measured.Keys.Count(key => key.List == list);
            Console.WriteLine($"[report] {rule}  {action,-9}  {cases,5}  {cases - refused.Count,7}  {cured,20}  {refused.Count,7}");
        }

        foreach (var rule in new[] { "GRPO001", "GRPO002", "GRPO003" })
            Console.WriteLine($"[report] {rule}, with GrpoAnalyzers.Runtime: {Measured.Keys.Count(key => key.List == rule + ".Runtime")} cured by measurement; what is refused and why: RuntimeFixTests");

        foreach (var (list, action) in Actions)
        {
            foreach (var group in RefusedCases.Of(list).GroupBy(item => item.Value, item => item.Key, StringComparer.Ordinal).OrderByDescending(group => group.Count()))
                Console.WriteLine($"[report] {list[..7]}, {action}, refused in {group.Count()}: {group.Key} ({string.Join(", ", group.Take(3))}{(group.Count() > 3 ? ", ..." : "")})");
        }

        Console.WriteLine($"[report] {Measured.Keys.Select(key => key.Name).Distinct(StringComparer.Ordinal).Count()} trainers cured by measurement");
    }
}
