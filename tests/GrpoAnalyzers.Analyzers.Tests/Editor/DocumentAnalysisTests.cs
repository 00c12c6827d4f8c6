using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.Analyzers.Tests.Editor;

/// <summary>
/// An editor analyzes the document that is looked at, and shows of the result what lies in it. What the whole project has must come out document by
/// document, each in its own and once.
/// </summary>
public sealed class DocumentAnalysisTests
{
    private const string Usings = """
        using System.Linq;
        using TorchSharp;
        using static TorchSharp.torch;

        """;

    private const string RowMean = "public static class Losses { public static Tensor RowMean(Tensor x, Tensor mask) => (x * mask).sum(1) / mask.sum(1); }";

    private const string Update = """
            public void Update(Tensor tokens, Tensor mask, Tensor advantages)
            {
                var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - lp.detach()).exp();
                var perToken = -ratio * advantages.unsqueeze(-1);
                var loss = LOSS.mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        """;

    private const string Fields = "private readonly nn.Module<Tensor, Tensor> policy = nn.Linear(4, 4); private readonly optim.Optimizer optimizer = optim.SGD(nn.Linear(4, 4).parameters(), 0.1);";

    private const string Data = """
        var policy = nn.Linear(4, 4);
        var optimizer = optim.SGD(policy.parameters(), 0.1);
        var tokens = torch.tensor(args.Select(long.Parse).ToArray()).view(4, -1);
        var mask = tokens.ne(0);
        var advantages = torch.tensor(args.Select(float.Parse).ToArray());
        """;

    private const string Defect = "((perToken * mask).sum(1) / mask.sum(1))";

    /// <summary>Files of a project, with how many defects each must show when it is the one that is looked at.</summary>
    public static TheoryData<string, string[], int[]> Projects => new()
    {
        { "one type in one file", [$"public class Trainer {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }}"], [1] },
        {
            "a partial type whose loss is in one part and whose fields are in another",
            [$"public partial class Trainer {{ {Fields} }}", $"public partial class Trainer {{ {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }}"],
            [0, 1]
        },
        {
            "a partial type with a defect in each of two parts",
            [
                $"public partial class Trainer {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }}",
                $"public partial class Trainer {{ {Update.Replace("LOSS", Defect, StringComparison.Ordinal).Replace("Update", "UpdateAgain", StringComparison.Ordinal)} }}",
            ],
            [1, 1]
        },
        {
            "a partial type whose loss is computed in another part than the one with the backward call",
            [
                $"public partial class Trainer {{ {Fields} private Tensor Mean(Tensor x, Tensor mask) => (x * mask).sum(1) / mask.sum(1); }}",
                $"public partial class Trainer {{ {Update.Replace("LOSS", "Mean(perToken, mask)", StringComparison.Ordinal)} }}",
            ],
            [0, 1]
        },
        { "a nested type", [$"public class Outer {{ public class Inner {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }} }}"], [1] },
        {
            "a nested type in a part of its own",
            [$"public partial class Outer {{ public int Count; }}", $"public partial class Outer {{ private sealed class Inner {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }} }}"],
            [0, 1]
        },
        {
            "a nested type beside a defect of the type around it",
            [$"public class Outer {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} private sealed class Inner {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }} }}"],
            [2]
        },
        { "a callee in another file", [RowMean, $"public class Trainer {{ {Fields} {Update.Replace("LOSS", "Losses.RowMean(perToken, mask)", StringComparison.Ordinal)} }}"], [0, 1] },
        {
            "a callee in another file with two trainers",
            [
                $"public class First {{ {Fields} {Update.Replace("LOSS", "Losses.RowMean(perToken, mask)", StringComparison.Ordinal)} }}",
                RowMean,
                $"public class Second {{ {Fields} {Update.Replace("LOSS", "Losses.RowMean(perToken, mask)", StringComparison.Ordinal)} }}",
            ],
            [1, 0, 1]
        },
        {
            "a top-level program",
            [$"{Data} {Statements(Defect)}"],
            [1]
        },
        {
            "a top-level program with a callee in another file",
            [
                $"{Data} {Statements("Losses.RowMean(perToken, mask)")}",
                RowMean,
            ],
            [1, 0]
        },
        {
            "a loss without a caller",
            ["public static class Loss { public static Tensor Of(Tensor lp, Tensor old, Tensor a, Tensor mask) { var r = (lp - old).exp(); var t = -torch.min(r * a, r.clamp(0.8, 1.2) * a); return ((t * mask).sum(1) / mask.sum(1)).mean(); } }"],
            [1]
        },
        {
            "a record, a struct and a generic type",
            [
                $"public record Trainer {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }}",
                $"public class Trainer<T> {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }}",
                $"namespace Inside {{ namespace Deeper {{ public class Trainer {{ {Fields} {Update.Replace("LOSS", Defect, StringComparison.Ordinal)} }} }} }}",
            ],
            [1, 1, 1]
        },
    };

    public static TheoryData<string> Cases => [.. CaseCorpus.All.Where(IsOfSeveralPlaces).Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task EachDefectShowsInItsOwnDocument(string shape, string[] files, int[] expected)
    {
        Assert.NotEmpty(shape);
        var project = Project([.. files.Select((file, index) => ($"File{index}.cs", Usings + file))]);

        var counts = new List<int>();
        foreach (var document in project.Documents)
            counts.Add((await DocumentDiagnosticsAsync(document)).Count);

        Assert.Equal(expected, counts);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task DocumentsShowWhatTheProjectHas(string name)
    {
        var project = Project([.. CaseCorpus.Get(name).Files.Select(file => (file.Name, file.Text))]);

        var shown = new List<ExpectedDiagnostic>();
        foreach (var document in project.Documents)
            shown.AddRange((await DocumentDiagnosticsAsync(document)).Select(CaseCompilation.Place));

        Assert.Equal(await CaseCompilation.AnalyzeAsync(CaseCorpus.Get(name)), shown.OrderBy(place => place.ToString(), StringComparer.Ordinal));
    }

    /// <summary>Cases in which something lies elsewhere than in a method of the one type of the one file.</summary>
    private static bool IsOfSeveralPlaces(Case shape)
    {
        if (shape.Files.Count > 1)
            return true;
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(shape.Files[0].Text).GetRoot();
        return root.Members.OfType<GlobalStatementSyntax>().Any()
            || root.DescendantNodes().OfType<TypeDeclarationSyntax>().Any(type => type.Parent is TypeDeclarationSyntax || type.Modifiers.Any(SyntaxKind.PartialKeyword));
    }

    private static string Statements(string loss) =>
        Update[(Update.IndexOf('{', StringComparison.Ordinal) + 1)..Update.LastIndexOf('}')].Replace("LOSS", loss, StringComparison.Ordinal);

    private static Project Project(IReadOnlyList<(string Name, string Text)> files)
    {
        var compilation = CaseCompilation.Compile(files);
        var workspace = new AdhocWorkspace();
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(),
            VersionStamp.Create(),
            "Trainer",
            "Trainer",
            LanguageNames.CSharp,
            compilationOptions: compilation.Options,
            parseOptions: compilation.SyntaxTrees[0].Options,
            metadataReferences: compilation.References));
        foreach (var (name, text) in files)
            project = project.AddDocument(name, SourceText.From(text), filePath: name).Project;
        return project;
    }

    /// <summary>What an editor shows in one document: the result of its own analysis that lies in it.</summary>
    private static async Task<IReadOnlyList<Diagnostic>> DocumentDiagnosticsAsync(Document document)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var compilation = (await document.Project.GetCompilationAsync(cancellation))!;
        Assert.Empty(compilation.GetDiagnostics(cancellation).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        var tree = (await document.GetSyntaxTreeAsync(cancellation))!;
        var analysis = compilation.WithAnalyzers([new GrpoAnalyzer()]);
        var syntactic = await analysis.GetAnalyzerSyntaxDiagnosticsAsync(tree, cancellation);
        var semantic = await analysis.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), null, cancellation);
        Assert.DoesNotContain(syntactic.Concat(semantic), diagnostic => diagnostic.Id == "AD0001");
        var shown = syntactic.Concat(semantic).Where(diagnostic => CaseCompilation.IsJudged(diagnostic.Id)).ToList();
        Assert.All(shown, diagnostic => Assert.Equal(tree, diagnostic.Location.SourceTree));
        return shown;
    }
}
