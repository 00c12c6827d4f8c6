using GrpoAnalyzers.Cli.Input;
using GrpoAnalyzers.Cli.Output;

namespace GrpoAnalyzers.Cli.Projects;

/// <summary>Checks solutions and projects through the compiler that builds them.</summary>
internal static class ProjectCheck
{
    public static Task<CheckOutcome> RunAsync(
        IReadOnlyList<string> solutions, IReadOnlyList<string> projects, IReadOnlyList<string> references, CancellationToken cancellation) =>
        throw new CannotRunException("projects cannot be checked yet; name the files");
}
