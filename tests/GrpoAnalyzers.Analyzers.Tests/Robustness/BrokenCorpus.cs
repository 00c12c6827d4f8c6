using GrpoAnalyzers.Analyzers.Tests.Rewriting;
using Microsoft.CodeAnalysis.CSharp;

namespace GrpoAnalyzers.Analyzers.Tests.Robustness;

/// <summary>The programs that are broken to see whether the analyzer keeps its calm.</summary>
internal static class BrokenCorpus
{
    private static readonly ProgramRewriter[] Rewriters = [new SplitExpressions(), new ExtractMethods(), new RespellOperations(), new InlineOnce(), new ParenthesizeExpressions()];

    public static IEnumerable<BrokenProgram> Cases() =>
        CaseCorpus.All.SelectMany(shape => Files(shape.Name, CaseCompilation.Compile(shape)));

    /// <summary>The cases, each rewritten by one rewriter after another.</summary>
    public static IEnumerable<BrokenProgram> RewrittenCases(int seed)
    {
        var random = new Random(seed);
        foreach (var shape in CaseCorpus.All)
        {
            var compilation = CaseCompilation.Compile(shape);
            foreach (var rewriter in Rewriters)
                compilation = rewriter.Apply(compilation, random, out _);
            foreach (var program in Files(shape.Name + " rewritten", compilation))
                yield return program;
        }
    }

    /// <summary>The files of a repository's projects that are written against TorchSharp or Roslyn: what is unknown to the compilation stays so.</summary>
    public static IEnumerable<BrokenProgram> Repository(string root)
    {
        foreach (var part in new[] { "runtime", "src", "analyzers", "codefixes" })
        {
            var files = Directory.EnumerateFiles(Path.Combine(root, part), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj"))
                .Order(StringComparer.Ordinal)
                .Select(file => (Path.GetRelativePath(root, file), File.ReadAllText(file)))
                .ToList();
            foreach (var program in Files("", CaseCompilation.Compile(files, part)))
                yield return program;
        }
    }

    /// <summary>The repository around a folder.</summary>
    public static string RootAbove(string folder)
    {
        var directory = new DirectoryInfo(folder);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "GrpoAnalyzers.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException($"{folder} lies in no clone of this repository.");
    }

    private static IEnumerable<BrokenProgram> Files(string name, CSharpCompilation compilation) =>
        compilation.SyntaxTrees.SelectMany(tree => BrokenProgram.Of($"{name} {tree.FilePath}".Trim(), compilation, tree));
}
