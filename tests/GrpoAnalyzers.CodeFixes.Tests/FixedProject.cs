using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using GrpoAnalyzers.Analyzers.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>A project in memory on which fixes are applied one finding after another, as a user would.</summary>
internal sealed class FixedProject : IDisposable
{
    private static readonly ImmutableArray<MetadataReference> References =
        [.. Net80.References.All, MetadataReference.CreateFromFile(typeof(TorchSharp.torch).Assembly.Location)];

    private static readonly MetadataReference Runtime = MetadataReference.CreateFromFile(typeof(GrpoAnalyzers.Runtime.GroupObjective).Assembly.Location);

    private readonly AdhocWorkspace workspace = new();

    private FixedProject(IEnumerable<(string Name, string Text)> files, OutputKind kind)
    {
        var id = ProjectId.CreateNewId();
        Project = workspace.AddProject(ProjectInfo.Create(
            id,
            VersionStamp.Default,
            "Trainer",
            "Trainer",
            LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable),
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest),
            metadataReferences: References));
        foreach (var (name, text) in files)
            Project = Project.AddDocument(name, text).Project;
    }

    public Project Project { get; private set; }

    /// <summary>Adds a reference to GrpoAnalyzers.Runtime.</summary>
    public FixedProject WithRuntime()
    {
        Project = Project.AddMetadataReference(Runtime);
        return this;
    }

    /// <summary>Takes what a fix has made of the project; false when that is what it was.</summary>
    public bool Become(Project fixedProject)
    {
        var isChanged = Project != fixedProject;
        Project = fixedProject;
        return isChanged;
    }

    public static FixedProject Of(string text) => new([("Trainer.cs", text)], OutputKind.DynamicallyLinkedLibrary);

    /// <summary>A case of the analyzer's tests that is one file.</summary>
    public static FixedProject OfShape(string name)
    {
        var file = Assert.Single(CaseCorpus.Get(name).Files);
        return Of(file.Text);
    }

    /// <summary>A case of the analyzer's tests, whatever it is made of.</summary>
    public static FixedProject OfCase(Case shape)
    {
        var files = shape.Files.Select(file => (file.Name, file.Text)).ToList();
        var isProgram = files.Any(file => ((CompilationUnitSyntax)CSharpSyntaxTree.ParseText(file.Text).GetRoot()).Members.OfType<GlobalStatementSyntax>().Any());
        return new FixedProject(files, isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary);
    }

    /// <summary>A sample, with the namespaces that the SDK imports for it.</summary>
    public static FixedProject OfSample(string folder) => new(
        [.. SampleFiles(folder).Select(file => (file.Key, file.Value)), ("GlobalUsings.cs", ImplicitUsings)],
        OutputKind.ConsoleApplication);

    public static IReadOnlyDictionary<string, string> SampleFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Samples", folder), "*.cs")
            .ToDictionary(path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal);

    public async Task<string> TextAsync(string name = "Trainer.cs") => (await Project.Documents.Single(document => document.Name == name).GetTextAsync()).ToString();

    /// <summary>What the compiler has against the project.</summary>
    public async Task<IReadOnlyList<string>> ErrorsAsync() =>
    [
        .. (await Project.GetCompilationAsync())!.GetDiagnostics()
            .Where(problem => problem.Severity == DiagnosticSeverity.Error || problem.Id is "CS1717" or "CS0219" or "CS0168")
            .Select(problem => problem.ToString()),
    ];

    public async Task<IReadOnlyList<Diagnostic>> FindingsAsync()
    {
        var found = await (await Project.GetCompilationAsync())!.WithAnalyzers([new GrpoAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        return [.. found.Where(diagnostic => diagnostic.Id is "GRPO001" or "GRPO002" or "GRPO003" or "AD0001").OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    public async Task<IReadOnlyList<string>> FindingIdsAsync() => [.. (await FindingsAsync()).Select(finding => finding.Id)];

    /// <summary>Applies a fix to the first finding that it is offered for; false when it is offered for none.</summary>
    /// <param name="fix">The fix.</param>
    /// <param name="title">Which of its actions; null for the first.</param>
    public async Task<bool> ApplyAsync(CodeFixProvider fix, string? title = null)
    {
        foreach (var finding in await FindingsAsync())
        {
            if (!fix.FixableDiagnosticIds.Contains(finding.Id))
                continue;
            var actions = new List<CodeAction>();
            var document = Project.GetDocument(finding.Location.SourceTree)!;
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => actions.Add(action), CancellationToken.None));
            if (actions.Find(action => title is null || action.Title == title) is not { } chosen)
                continue;
            var operation = (await chosen.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single();
            Project = operation.ChangedSolution.GetProject(Project.Id)!;
            return true;
        }

        return false;
    }

    /// <summary>Applies a fix to all findings of the first document.</summary>
    public async Task ApplyToAllAsync(CodeFixProvider fix, string equivalenceKey)
    {
        var findings = (await FindingsAsync()).Where(finding => fix.FixableDiagnosticIds.Contains(finding.Id)).ToImmutableArray();
        var context = new FixAllContext(
            Project.Documents.First(), fix, FixAllScope.Document, equivalenceKey, fix.FixableDiagnosticIds, new Findings(findings), CancellationToken.None);
        var action = (await fix.GetFixAllProvider()!.GetFixAsync(context))!;
        var operation = (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single();
        Project = operation.ChangedSolution.GetProject(Project.Id)!;
    }

    public void Dispose() => workspace.Dispose();

    private const string ImplicitUsings =
        "global using System;\nglobal using System.Collections.Generic;\nglobal using System.IO;\nglobal using System.Linq;\n"
        + "global using System.Net.Http;\nglobal using System.Threading;\nglobal using System.Threading.Tasks;\n";

    private sealed class Findings(ImmutableArray<Diagnostic> all) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(all);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(all);
    }
}
