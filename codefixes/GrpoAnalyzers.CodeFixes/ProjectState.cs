using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A project at one moment: its compilation and what the rules find in it.</summary>
internal sealed class ProjectState
{
    /// <summary>Warnings that a fix must not cause: something is left that nothing needs.</summary>
    private static readonly HashSet<string> Leftovers = new(StringComparer.Ordinal) { "CS0168", "CS0219", "CS1717", "CS0169", "CS0649", "CS0414", "CS8321", "CS0162" };

    private readonly TrainerFindings findings;

    private ProjectState(Project project, Compilation compilation, CancellationToken cancellation)
    {
        Project = project;
        findings = new TrainerFindings(compilation, project.AnalyzerOptions, cancellation);
    }

    public Project Project { get; }

    private Compilation Compilation => findings.Compilation;

    public static async Task<ProjectState?> ReadAsync(Project project, CancellationToken cancellation) =>
        await project.GetCompilationAsync(cancellation).ConfigureAwait(false) is { } compilation ? new ProjectState(project, compilation, cancellation) : null;

    public IReadOnlyList<TrainerFindings.Found> In(SyntaxTree tree, string rule) => [.. findings.In(tree).Where(found => found.Id == rule)];

    public TrainerFindings.Found? Find(SyntaxTree tree, string rule, TextSpan span) => In(tree, rule).FirstOrDefault(found => found.Location.SourceSpan == span);

    /// <summary>The project without a finding, or the fact that could not be proved.</summary>
    public async Task<Attempt> FixAsync(TrainerFindings.Found found, PlaceFix.Alternative alternative, CancellationToken cancellation)
    {
        var edits = new ProjectEdits(Project, Compilation);
        if (found.Finding.Defect is not { } place)
        {
            return new Attempt(null, "the finding names no operation");
        }

        var defect = new Defect(found.Finding, found.Location, place.At, place.Surrogate, edits);
        if (!alternative.TryEdit(defect))
        {
            return new Attempt(null, defect.Unproved ?? "the shape is not one that the fix reads");
        }

        if (edits.Apply() is not { } changed || !edits.Changed.Any() || await ReadAsync(changed, cancellation).ConfigureAwait(false) is not { } after)
        {
            return new Attempt(null, "the edits contradict each other or fall into a file that is not the user's");
        }

        return Judge(found, after, [.. edits.Changed.Append(found.Location.SourceTree!).Distinct()], alternative.HidesNothing, cancellation);
    }

    /// <summary>The tree that a document had before, as it is now.</summary>
    public SyntaxTree? Now(ProjectState before, SyntaxTree tree) =>
        before.Project.GetDocument(tree) is { } document && Project.GetDocument(document.Id)?.TryGetSyntaxTree(out var now) == true ? now : null;

    private Attempt Judge(TrainerFindings.Found found, ProjectState after, List<SyntaxTree> trees, bool hidesNothing, CancellationToken cancellation)
    {
        var rule = found.Id;
        var (before, now) = (new List<string>(), new List<string>());
        foreach (var tree in trees)
        {
            if (after.Now(this, tree) is not { } edited || Problems(after.Compilation, edited, cancellation) > Problems(Compilation, tree, cancellation))
            {
                return new Attempt(null, "the edited code has a problem that the code had not");
            }

            before.AddRange(findings.In(tree).Select(item => item.Id));
            now.AddRange(after.findings.In(edited).Select(item => item.Id));
        }

        if (now.Count(id => id == rule) >= before.Count(id => id == rule))
        {
            return new Attempt(null, "the finding would still be there");
        }

        if (now.GroupBy(id => id).Any(group => group.Count() > before.Count(id => id == group.Key)))
        {
            return new Attempt(null, "there would be a new finding");
        }

        if (hidesNothing && before.Where(id => id != rule).GroupBy(id => id).Any(group => group.Count() > now.Count(id => id == group.Key)))
        {
            return new Attempt(null, "another finding, which has to be fixed first, would no longer be seen");
        }

        return new Attempt(new FixedState(after.Project.Solution, after), null);
    }

    private static int Problems(Compilation compilation, SyntaxTree tree, CancellationToken cancellation) =>
        compilation.GetSemanticModel(tree).GetDiagnostics(cancellationToken: cancellation)
            .Count(problem => problem.Severity == DiagnosticSeverity.Error || Leftovers.Contains(problem.Id));

    /// <param name="Fixed">What a fix makes of the project; null where it is not offered.</param>
    /// <param name="Unproved">Then: the fact that could not be proved.</param>
    internal sealed record Attempt(FixedState? Fixed, string? Unproved);

    /// <param name="Solution">The solution in which the finding is gone.</param>
    /// <param name="State">Its project.</param>
    internal sealed record FixedState(Solution Solution, ProjectState State);
}
