using System.Globalization;
using GrpoAnalyzers.Analyzers.Tests.Robustness;

// Analyzes every broken program there is: the cases, the repository's own files and the rewritten cases, each with a statement missing or cut short.
// The exit code is 0 when the analyzer threw nowhere, 1 when it did, 2 when the arguments are wrong.
var seed = 3;
if (args.Length > 1 || (args.Length == 1 && !int.TryParse(args[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out seed)))
{
    Console.Error.WriteLine("usage: eng/fuzz [SEED]");
    return 2;
}

var threw = 0;
var parts = new (string Name, IEnumerable<BrokenProgram> Programs)[]
{
    ("cases", BrokenCorpus.Cases()),
    ("repository", BrokenCorpus.Repository(BrokenCorpus.RootAbove(AppContext.BaseDirectory))),
    ($"rewritten cases, seed {seed}", BrokenCorpus.RewrittenCases(seed)),
};
foreach (var (name, programs) in parts)
{
    var done = 0;
    await Parallel.ForEachAsync(programs, async (program, cancellation) =>
    {
        if (await program.AnalyzeAsync(cancellation) is { } exception)
        {
            Interlocked.Increment(ref threw);
            Console.WriteLine($"{program}: {exception}");
        }

        if (Interlocked.Increment(ref done) % 1000 == 0)
            Console.WriteLine($"{name}: {done} programs analyzed");
    });
    Console.WriteLine($"{name}: all {done} programs analyzed");
}

Console.WriteLine(threw == 0 ? "the analyzer threw nowhere" : $"the analyzer threw in {threw} programs");
return threw == 0 ? 0 : 1;
