using GrpoAnalyzers.Cli.Input;
using GrpoAnalyzers.Cli.Output;
using GrpoAnalyzers.Cli.Processes;

namespace GrpoAnalyzers.Cli.Projects;

/// <summary>What a solution holds, as the SDK lists it.</summary>
internal static class Solution
{
    /// <summary>The full paths of the solution's C# projects.</summary>
    public static async Task<IReadOnlyList<string>> ProjectsAsync(string solution, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(solution)!;
        var (exitCode, output) = await Dotnet.RunAsync(["sln", solution, "list"], folder, cancellation);
        if (exitCode != 0)
        {
            throw new CannotRunException($"{DisplayPath.Of(solution)} cannot be read: {output.Trim().Split('\n')[0].Trim()}");
        }

        return [.. output.Split('\n')
            .Select(line => line.Trim().Replace('\\', Path.DirectorySeparatorChar))
            .Where(line => line.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
            .Select(line => Path.GetFullPath(Path.Combine(folder, line)))];
    }
}
