using System.Collections.Immutable;
using System.Reflection;
using GrpoAnalyzers.Analyzers.Tests;
using GrpoAnalyzers.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.Cure.Tests;

/// <summary>A trainer's sources, on which the first fix of each finding of a rule can be applied and which can be compiled and run.</summary>
internal sealed class TrainerProject : IDisposable
{
    /// <summary>The framework that the tests run on, since what is compiled is run.</summary>
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "netstandard.dll" or "mscorlib.dll")
            .Where(path => !Path.GetFileName(path).Contains(".Native", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(TorchSharp.torch).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(GrpoAnalyzers.Runtime.GroupObjective).Assembly.Location),
    ];

    /// <summary>The fixes of the package, as an editor finds them.</summary>
    private static readonly ImmutableArray<CodeFixProvider> Fixes =
    [
        .. typeof(Grpo001TokenMeanCodeFix).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    private readonly AdhocWorkspace workspace = new();

    private TrainerProject(IEnumerable<(string Name, string Text)> files)
    {
        Project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(),
            VersionStamp.Default,
            "Trainer",
            "Trainer",
            LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest),
            metadataReferences: References));
        foreach (var (name, text) in files)
            Project = Project.AddDocument(name, text, filePath: name).Project;
        Project = Project.AddDocument("CureRate.cs", "public static class CureRate { public static double Value; }").Project;
    }

    public Project Project { get; private set; }

    /// <summary>A case of the analyzer's tests, one file or a folder of them, with parts of its text replaced.</summary>
    public static TrainerProject Of(string name, params IEnumerable<(string From, string To)> replacements)
    {
        var root = Path.Combine(AppContext.BaseDirectory, "Cases");
        string[] files = Directory.EnumerateDirectories(root, name, SearchOption.AllDirectories).SingleOrDefault() is { } folder
            ? Directory.GetFiles(folder, "*.cs")
            : [Directory.EnumerateFiles(root, name + ".cs", SearchOption.AllDirectories).Single()];
        var texts = files.ToDictionary(path => Path.GetFileName(path), path => CaseFile.Read(path).Text, StringComparer.Ordinal);
        foreach (var (from, to) in replacements)
        {
            var file = texts.Single(text => text.Value.Contains(from, StringComparison.Ordinal)).Key;
            Assert.Equal(2, texts[file].Split(from).Length);
            texts[file] = texts[file].Replace(from, to, StringComparison.Ordinal);
        }

        return new TrainerProject(texts.Select(text => (text.Key, text.Value)));
    }

    /// <summary>Puts another fix of a rule first, as a user's configuration would.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="fix">The rule, or the rule and a choice.</param>
    public void Choose(string rule, string fix)
    {
        if (fix == rule)
            return;
        var option = $"is_global = true\n{FixKeys.OptionOf(rule)} = {fix[(rule.Length + 1)..]}\n";
        Project = Project.AddAnalyzerConfigDocument("choice.globalconfig", SourceText.From(option), filePath: "/choice.globalconfig").Project;
    }

    /// <summary>Applies the first fix to one finding of the rule after another; false where none is offered for what is left.</summary>
    public async Task<bool> FixAsync(string rule)
    {
        for (var round = 0; round < 20; round++)
        {
            var findings = await FindingsAsync(rule);
            if (findings.Count == 0)
                return true;
            var before = Project;
            foreach (var finding in findings)
            {
                if (await FirstFixAsync(finding) is not { } action)
                    continue;
                Project = (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(Project.Id)!;
                break;
            }

            if (before == Project)
                return false;
        }

        return false;
    }

    /// <summary>Compiles the trainer together with the code that runs it, and loads it.</summary>
    public async Task<LoadedTrainer> CompileAsync(string run)
    {
        var compilation = (await Project.GetCompilationAsync())!;
        var spaces = compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>())
            .Select(space => $"using {space.Name};\n").Distinct(StringComparer.Ordinal);
        var adapter = $$"""
            using System;
            using System.Collections.Generic;
            using System.Linq;
            using System.Threading;
            using TorchSharp;
            using static TorchSharp.torch;
            {{string.Concat(spaces)}}
            public static class CureEntry
            {
                public static void Run(GrpoAnalyzers.Cure.Tests.Batch b, double rate) { CureRate.Value = rate; {{run}}; }
            }
            """;
        compilation = compilation
            .AddReferences(MetadataReference.CreateFromFile(typeof(Batch).Assembly.Location))
            .AddSyntaxTrees(CSharpSyntaxTree.ParseText(adapter, new CSharpParseOptions(LanguageVersion.Latest)));
        return LoadedTrainer.Load(compilation);
    }

    public async Task<string> TextAsync() =>
        string.Concat(await Task.WhenAll(Project.Documents.Select(async document => (await document.GetTextAsync()).ToString())));

    public async Task<IReadOnlyList<Diagnostic>> FindingsAsync(string rule)
    {
        var found = await (await Project.GetCompilationAsync())!.WithAnalyzers([new GrpoAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == "AD0001");
        return [.. found.Where(diagnostic => diagnostic.Id == rule).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    public void Dispose() => workspace.Dispose();

    private async Task<CodeAction?> FirstFixAsync(Diagnostic finding)
    {
        var document = Project.GetDocument(finding.Location.SourceTree)!;
        foreach (var fix in Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(finding.Id)))
        {
            var actions = new List<CodeAction>();
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => actions.Add(action), CancellationToken.None));
            if (actions.Count > 0)
                return actions[0];
        }

        return null;
    }
}
