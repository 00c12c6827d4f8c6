using GrpoAnalyzers.Benchmarks;

// One verb, one file.
var verbs = new Dictionary<string, Func<int>> { ["add"] = AddBenchmark.Run, ["analyzers"] = AnalyzersBenchmark.Run };
if (args is [var verb] && verbs.TryGetValue(verb, out var run)) return run();
Console.Error.WriteLine("usage: GrpoAnalyzers.Benchmarks " + string.Join(" | ", verbs.Keys));
return 2;
