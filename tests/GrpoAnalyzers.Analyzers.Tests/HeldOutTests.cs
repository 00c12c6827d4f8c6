using System.Globalization;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>
/// Trainers that play no part in the analyzer's making: they are measured and not answered one by one,
/// so what they print is what a user's new code may expect.
/// </summary>
public sealed class HeldOutTests(ITestOutputHelper output)
{
    private static readonly string[] Rules = ["GRPO001", "GRPO002", "GRPO003"];

    public static TheoryData<string> Names => [.. CaseCorpus.HeldOut.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiles(string name)
    {
        var errors = CaseCompilation.Compile(Get(name)).GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(d => d.Severity == DiagnosticSeverity.Error);

        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void HeaderAndMarkupPromiseTheSame(string name)
    {
        var trainer = Get(name);

        Assert.Equal(trainer.DeclaredIds, trainer.Expected.Select(e => e.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.NotEqual("", trainer.Shape);
    }

    /// <summary>A score of few trainers says little, so there are enough for each rule and enough that no rule answers.</summary>
    [Fact]
    public void EveryRuleHasEnoughTrainers()
    {
        foreach (var rule in Rules)
            Assert.True(CaseCorpus.HeldOut.Count(c => c.DeclaredIds.Contains(rule)) >= 14, rule);
        Assert.True(CaseCorpus.HeldOut.Count(c => c.DeclaredIds.Count == 0) >= 28);
    }

    /// <summary>Prints precision, recall and F1 of each rule: by line, and by whether the rule speaks of a trainer at all.</summary>
    [Fact]
    public async Task Score()
    {
        var results = new List<(Case Trainer, IReadOnlyList<ExpectedDiagnostic> Found)>();
        foreach (var trainer in CaseCorpus.HeldOut)
            results.Add((trainer, await CaseCompilation.AnalyzeAsync(trainer)));

        Print($"{results.Count} trainers set aside, {results.Count(r => r.Trainer.Expected.Count == 0)} of them silent");
        Print("rule     by        found  missed  false  precision  recall     F1");
        foreach (var rule in Rules)
        {
            int hits = 0, missed = 0, wrong = 0, caseHits = 0, caseMissed = 0, caseWrong = 0;
            foreach (var (trainer, found) in results)
            {
                var must = trainer.Expected.Where(e => e.Id == rule).ToHashSet();
                var has = found.Where(e => e.Id == rule).ToHashSet();
                hits += must.Count(has.Contains);
                missed += must.Count(e => !has.Contains(e));
                wrong += has.Count(e => !must.Contains(e));
                caseHits += must.Count > 0 && has.Count > 0 ? 1 : 0;
                caseMissed += must.Count > 0 && has.Count == 0 ? 1 : 0;
                caseWrong += must.Count == 0 && has.Count > 0 ? 1 : 0;
            }

            Print(Row(rule, "line", hits, missed, wrong));
            Print(Row(rule, "trainer", caseHits, caseMissed, caseWrong));
        }

        Assert.Equal(CaseCorpus.HeldOut.Count, results.Count);
    }

    private static Case Get(string name) => CaseCorpus.HeldOut.Single(c => c.Name == name);

    private static string Row(string rule, string by, int hits, int missed, int wrong)
    {
        var precision = hits + wrong == 0 ? 1.0 : (double)hits / (hits + wrong);
        var recall = hits + missed == 0 ? 1.0 : (double)hits / (hits + missed);
        var f1 = 2.0 * hits / Math.Max(1, 2 * hits + missed + wrong);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{rule}  {by,-8} {hits,6}  {missed,6}  {wrong,5}  {precision,9:f3}  {recall,6:f3}  {f1,5:f3}");
    }

    private void Print(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
