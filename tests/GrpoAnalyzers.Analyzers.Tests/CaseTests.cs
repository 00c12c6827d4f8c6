using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>Every case compiles, and the analyzer says of it what its markup says.</summary>
public sealed class CaseTests(ITestOutputHelper output)
{
    private static readonly string[] Rules = ["GRPO001", "GRPO002", "GRPO003"];

    public static TheoryData<string> Names => [.. CaseCorpus.All.Select(c => c.Name)];

    public static TheoryData<string> JudgedNames => [.. CaseCorpus.Judged.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiles(string name)
    {
        var errors = CaseCompilation.Compile(CaseCorpus.Get(name)).GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(d => d.Severity == DiagnosticSeverity.Error);

        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void HeaderAndMarkupPromiseTheSame(string name)
    {
        var shape = CaseCorpus.Get(name);

        Assert.Equal(shape.DeclaredIds, shape.Expected.Select(e => e.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.NotEqual("", shape.Shape);
    }

    [Theory]
    [MemberData(nameof(JudgedNames))]
    public async Task ReportsWhatTheMarkupSays(string name)
    {
        var shape = CaseCorpus.Get(name);
        var found = await CaseCompilation.AnalyzeAsync(shape);
        if (CaseCorpus.Pending.Contains(name))
            Assert.False(found.SequenceEqual(shape.Expected), $"{name} passes: remove it from pending.txt.");
        else
            Assert.Equal(shape.Expected, found);
    }

    [Fact]
    public void CaseNamesAreUniqueAndPendingNamesExist()
    {
        var names = CaseCorpus.All.Select(c => c.Name).ToList();

        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Subset(names.ToHashSet(), CaseCorpus.Pending.ToHashSet());
    }

    [Theory]
    [InlineData("C1", 28)]
    [InlineData("C2", 28)]
    [InlineData("C3", 28)]
    [InlineData("C4", 56)]
    public void EveryLineOfTheCatalogueHasACase(string part, int lines)
    {
        var numbers = CaseCorpus.All.Select(c => Regex.Match(c.Number, $"^{part}\\.(\\d+)")).Where(m => m.Success)
            .Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToHashSet();

        Assert.Superset(Enumerable.Range(1, lines).ToHashSet(), numbers);
    }

    /// <summary>Prints what the analyzer finds, misses and reports falsely, rule by rule.</summary>
    [Fact]
    public async Task Summary()
    {
        var table = Rules.ToDictionary(r => r, _ => (Cases: 0, Expected: 0, Found: 0, Missed: 0, False: 0), StringComparer.Ordinal);
        var wrong = new List<string>();
        var details = new List<string>();
        foreach (var shape in CaseCorpus.Judged)
        {
            var found = await CaseCompilation.AnalyzeAsync(shape);
            foreach (var rule in Rules)
            {
                var must = shape.Expected.Where(e => e.Id == rule).ToHashSet();
                var has = found.Where(e => e.Id == rule).ToHashSet();
                var hits = must.Count(has.Contains);
                var row = table[rule];
                table[rule] = (row.Cases + Math.Sign(must.Count), row.Expected + must.Count, row.Found + hits,
                    row.Missed + must.Count - hits, row.False + has.Count - hits);
            }

            if (found.SequenceEqual(shape.Expected))
                continue;
            wrong.Add(shape.Name);
            details.AddRange(shape.Expected.Except(found).Select(e => $"missed {shape.Name}: {e}"));
            details.AddRange(found.Except(shape.Expected).Select(e => $"false  {shape.Name}: {e}"));
        }

        Print($"{CaseCorpus.Judged.Count} cases, {CaseCorpus.Judged.Count(c => c.Expected.Count == 0)} of them silent");
        Print("rule      cases  places  found  missed  false");
        foreach (var (rule, row) in table)
            Print($"{rule}  {row.Cases,6}  {row.Expected,6}  {row.Found,5}  {row.Missed,6}  {row.False,5}");
        foreach (var detail in details)
            Print(detail);

        Assert.Equal(CaseCorpus.Pending.Where(n => CaseCorpus.Judged.Any(c => c.Name == n)).Order(StringComparer.Ordinal), wrong.Order(StringComparer.Ordinal));
    }

    private void Print(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
