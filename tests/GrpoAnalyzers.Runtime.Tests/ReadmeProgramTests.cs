using System.Globalization;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>The program of the README is taken out of it, compiled and run.</summary>
public class ReadmeProgramTests
{
    private static readonly string[] Program = Extract();

    [Fact]
    public void The_program_fits_into_fifteen_lines() => Assert.InRange(Program.Length, 5, 15);

    [Fact]
    public void The_program_compiles_and_prints_what_the_readme_says()
    {
        // By hand: ratios e^0.1 and e^0.3 (clipped to 1.2) with A = 0.5, e^0.1 with A = -0.5, summed over tokens, divided by two completions:
        // -(0.5 (e^0.1 + 1.2) - 0.5 e^0.1) / 2 = -0.3. One of three tokens is clipped.
        const string Expected = "loss -0.300, clipped 0.333";

        Assert.Equal(Expected, Run(Compile(string.Join('\n', Program))).Trim());
        Assert.Contains($"`{Expected}`", File.ReadAllText(Path.Combine(Directories.Root, "README.md")));
    }

    private static string[] Extract()
    {
        string[] text = [.. File.ReadLines(Path.Combine(Directories.Root, "README.md"))];
        var first = Array.IndexOf(text, "<!-- program -->") + 2;
        return text[first..Array.IndexOf(text, "```", first)];
    }

    private static MemoryStream Compile(string program)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("ReadmeProgram", [CSharpSyntaxTree.ParseText(program)], references, new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        assembly.Position = 0;
        return assembly;
    }

    private static string Run(MemoryStream assembly)
    {
        var main = AssemblyLoadContext.Default.LoadFromStream(assembly).EntryPoint!;
        var (console, culture) = (Console.Out, CultureInfo.CurrentCulture);
        var output = new StringWriter();
        using var scope = NewDisposeScope();
        try
        {
            Console.SetOut(output);
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            main.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
            CultureInfo.CurrentCulture = culture;
        }

        return output.ToString();
    }
}
