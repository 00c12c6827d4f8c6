using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>
/// Trainers are rewritten into others that mean the same. Diagnostics move with their code and do not change.
/// </summary>
public sealed class MetamorphicTests(ITestOutputHelper output)
{
    private const int Threads = 2;

    /// <summary>Programs made from each trainer with one kind of rewriting, and with three, one after another.</summary>
    private const int Single = 1;

    private const int Composed = 2;

    private const int LongTrainer = 60;

    private const int Programs = 2_000;

    private const int ProgramsOfAKind = 200;

    /// <summary>One program in so many may not compile: it is printed, does not count, and is a defect of a rewriter that is still to be found.</summary>
    private const int OneIn = 500;

    private static readonly ProgramRewriter[] Kinds =
    [
        new RenameIdentifiers(), new RespellOperations(), new SplitExpressions(), new ExtractMethods(), new InlineOnce(), new ReorderMembers(), new ParenthesizeExpressions(),
    ];

    private static readonly string[] Rules = ["GRPO001", "GRPO002", "GRPO003"];

    [Fact]
    public async Task RewrittenTrainersGetTheSameDiagnostics()
    {
        var cases = CaseCorpus.All.Concat(CaseCorpus.HeldOut).ToList();
        var programs = new ConcurrentBag<Rewritten>();
        var work = cases.SelectMany(shape => Enumerable.Range(0, Single + Composed).Select(number => (shape, number))).ToList();
        await Parallel.ForEachAsync(
            work,
            new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = TestContext.Current.CancellationToken },
            async (item, cancellation) =>
            {
                if (await RewriteAsync(item.shape, item.number, cancellation) is { } program)
                    programs.Add(program);
            });

        var compiled = programs.Where(program => program.Errors.Count == 0).ToList();
        var broken = programs.Where(program => program.Errors.Count > 0).OrderBy(program => program.ToString(), StringComparer.Ordinal).ToList();
        var changed = compiled.Where(program => !program.Comparison.IsSame || program.Comparison.Lost.Count > 0).OrderBy(program => program.ToString(), StringComparer.Ordinal).ToList();
        Report(compiled, broken);
        Keep(broken.Concat(changed));

        foreach (var program in broken)
            Print($"[report] metamorphic: {program} does not compile: {(program.IsShown ? program.Errors[0].ToString() : program.Errors[0].Id)}");
        foreach (var program in changed)
            Print($"[report] metamorphic: {program} differs: {(program.IsShown ? program.Comparison.ToString() : "in its diagnostics")}");
        Assert.True(broken.Count * OneIn <= compiled.Count, $"{broken.Count} programs do not compile.");
        Assert.True(changed.Count == 0, $"{changed.Count} programs have other diagnostics.");
        Assert.True(compiled.Count >= Programs, $"Only {compiled.Count} programs.");
        Assert.True(compiled.Count(program => program.Kinds.Count == 3) * 2 >= compiled.Count, "Fewer than half of the programs are of three kinds.");
        Assert.All(Kinds, kind => Assert.True(compiled.Count(program => program.Kinds.Contains(kind.Name)) >= ProgramsOfAKind, kind.Name));
    }

    private static async Task<Rewritten?> RewriteAsync(Case shape, int number, CancellationToken cancellation)
    {
        // A trainer's own seed: its programs stay what they are when others are added.
        var seed = shape.Name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));
        var random = new Random(seed ^ number);
        var (original, diagnostics) = await CaseCompilation.DiagnoseAsync(shape);
        var program = MarkedProgram.Of(original, diagnostics);
        var compilation = program.Compilation;
        if (number % 2 == 1)
            compilation = new AddMembers().Apply(compilation, random, out _);
        var wanted = number < Single ? 1 : 3;
        var order = Enumerable.Range(0, Kinds.Length).ToArray();
        random.Shuffle(order);

        // The first kind goes round, so that each gets its share however seldom it finds something to do.
        if (number < Single)
            order = [((seed & 0xFFFF) + (number * 3)) % Kinds.Length, .. order];
        var applied = new List<string>();
        foreach (var kind in order.Select(position => Kinds[position]))
        {
            if (applied.Count == wanted)
                break;
            if (applied.Contains(kind.Name))
                continue;
            compilation = kind.Apply(compilation, random, out var changes);
            if (changes > 0)
                applied.Add(kind.Name);
        }

        if (applied.Count < wanted)
            return null;
        var (errors, comparison) = await program.With(compilation).CheckAsync(cancellation);
        var lines = compilation.SyntaxTrees.Max(tree => tree.GetRoot(cancellation).DescendantNodes().OfType<TypeDeclarationSyntax>()
            .Select(type => type.GetLocation().GetLineSpan()).Select(span => span.EndLinePosition.Line - span.StartLinePosition.Line + 1).DefaultIfEmpty().Max());
        var places = diagnostics.Select(CaseCompilation.Place).ToList();
        return new Rewritten(shape, number, applied, lines, errors, comparison, places, compilation.SyntaxTrees.Select(tree => (tree.FilePath, tree.ToString())).ToList());
    }

    private void Report(List<Rewritten> programs, List<Rewritten> broken)
    {
        var composed = programs.Count(program => program.Kinds.Count == 3);
        Print($"[report] metamorphic: {programs.Count} programs compiled and compared, {composed} of three kinds, {programs.Count(program => program.Lines >= LongTrainer)} of {LongTrainer} lines and more; {broken.Count} did not compile; {programs.Count(program => !program.Comparison.IsSame)} with other diagnostics");
        Print("[report] metamorphic kinds: " + string.Join(", ", Kinds.Select(kind =>
            $"{kind.Name} {programs.Count(program => program.Kinds.Contains(kind.Name))} ({programs.Count(program => program.Kinds is [var only] && only == kind.Name)} alone)")));
        foreach (var (name, part) in new[] { ("cases", programs.Where(program => program.IsShown)), ("set aside", programs.Where(program => !program.IsShown)) })
            Table(name, [.. part]);
    }

    private void Table(string name, List<Rewritten> programs)
    {
        foreach (var rule in Rules)
        {
            int expected = 0, before = 0, falseBefore = 0, after = 0, falseAfter = 0;
            foreach (var program in programs)
            {
                var must = program.Case.Expected.Where(place => place.Id == rule).ToHashSet();
                var had = program.Before.Where(place => place.Id == rule).ToList();
                var has = program.Comparison.Kept.Select(mark => program.Before[mark.Mark]).Where(place => place.Id == rule).ToList();
                expected += must.Count;
                before += had.Count(must.Contains);
                falseBefore += had.Count(place => !must.Contains(place));
                after += has.Count(must.Contains);
                falseAfter += has.Count(place => !must.Contains(place)) + program.Comparison.New.Count(added => added.Id == rule);
            }

            Print($"[report] metamorphic {name} {rule}: {expected} expected; before rewriting {before} found, {expected - before} missed, {falseBefore} false; after {after} found, {expected - after} missed, {falseAfter} false");
        }
    }

    /// <summary>Leaves programs that fail beside the tests, but those of trainers that are set aside.</summary>
    private static void Keep(IEnumerable<Rewritten> programs)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Rewritten");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        foreach (var program in programs.Where(program => program.IsShown))
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{program.Case.Name}.{program.Number}")));
            foreach (var (file, text) in program.Files)
                File.WriteAllText(Path.Combine(place.FullName, file), $"// {program}: {program.Comparison}\n{string.Concat(program.Errors.Select(error => $"// {error}\n"))}{text}");
        }
    }

    private void Print(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }

    private sealed record Rewritten(
        Case Case, int Number, IReadOnlyList<string> Kinds, int Lines, IReadOnlyList<Diagnostic> Errors, MarkedProgram.Comparison Comparison, IReadOnlyList<ExpectedDiagnostic> Before,
        IReadOnlyList<(string File, string Text)> Files)
    {
        /// <summary>Trainers that are set aside are measured, and their code is not shown.</summary>
        public bool IsShown => Case.Collection != "HeldOut";

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Case.Name}, program {Number} ({string.Join(", ", Kinds)})");
    }
}
