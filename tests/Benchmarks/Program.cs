using GrpoAnalyzers.Benchmarks;

// One verb, one file.
var verbs = new Dictionary<string, Func<IReadOnlyList<string>, int>>
{
    ["add"] = _ => AddBenchmark.Run(),
    ["analyzers"] = _ => AnalyzersBenchmark.Run(),
    ["fused"] = FusedBenchmark.Run,
};
if (args is ["fused-worker", .. var settings]) return FusedBenchmark.Worker(settings);
if (args is [var verb, .. var rest] && verbs.TryGetValue(verb, out var run)) return run(rest);
Console.Error.WriteLine("usage: GrpoAnalyzers.Benchmarks " + string.Join(" | ", verbs.Keys));
return 2;
