using GrpoAnalyzers.Cli.Input;
using GrpoAnalyzers.Cli.Loose;
using GrpoAnalyzers.Cli.Output;
using GrpoAnalyzers.Cli.Projects;

namespace GrpoAnalyzers.Cli.Commands;

/// <summary>Runs the analyzer over what the command line names: projects through their compiler, files in this process.</summary>
internal static class Analysis
{
    /// <param name="inputs">Solutions, projects and files.</param>
    /// <param name="references">Assemblies that loose files are compiled against.</param>
    /// <param name="configuration">The text of a global analyzer configuration; null for none.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static async Task<CheckOutcome> RunAsync(CheckInputs inputs, string[] references, string? configuration, CancellationToken cancellation)
    {
        if (references.FirstOrDefault(path => !File.Exists(path)) is { } absent)
        {
            throw new CannotRunException($"there is no assembly '{absent}'");
        }

        var outcome = CheckOutcome.Nothing;
        if (inputs.Solutions.Count + inputs.Projects.Count > 0)
        {
            outcome = outcome.And(await ProjectCheck.RunAsync(inputs.Solutions, inputs.Projects, references, configuration, cancellation));
        }

        if (inputs.Files.Count > 0)
        {
            outcome = outcome.And(await LooseFileCheck.RunAsync(inputs.Files, references, configuration, cancellation));
        }

        return outcome;
    }
}
