namespace GrpoAnalyzers.Samples.Tests;

/// <summary>A reader who compares the two folders sees the three corrections and nothing else.</summary>
public class CorrectedSampleTests
{
    private static readonly string FlawedFolder = Path.Combine(Sample.Sources, "AdditionGrpo");
    private static readonly string CorrectedFolder = Path.Combine(Sample.Sources, "AdditionGrpo.Fixed");

    [Fact]
    public void Folders_differ_in_the_trainer_alone()
    {
        var flawed = SourceFiles(FlawedFolder);
        var corrected = SourceFiles(CorrectedFolder);

        Assert.Equal(flawed.Keys.Order(), corrected.Keys.Order());
        Assert.Equal(["GrpoTrainer.cs"], flawed.Where(file => corrected[file.Key] != file.Value).Select(file => file.Key));
        Assert.Equal(
            File.ReadAllText(Path.Combine(FlawedFolder, "AdditionGrpo.csproj")),
            File.ReadAllText(Path.Combine(CorrectedFolder, "AdditionGrpo.Fixed.csproj")));
    }

    [Fact]
    public void Trainers_differ_in_the_lines_of_the_three_corrections()
    {
        var flawed = File.ReadAllLines(Path.Combine(FlawedFolder, "GrpoTrainer.cs"));
        var corrected = File.ReadAllLines(Path.Combine(CorrectedFolder, "GrpoTrainer.cs"));

        var gone = flawed.Except(corrected).ToArray();
        Assert.Collection(
            gone,
            line => Assert.Contains("((perTokenLoss * mask).sum(1) / mask.sum(1)).mean()", line, StringComparison.Ordinal),
            line => Assert.Contains("/ (groups.std(1, keepdim: true) + 1e-4)", line, StringComparison.Ordinal));
        Assert.Equal(flawed.Except(gone), corrected.Where(flawed.Contains).Distinct()); // what stayed kept its order
    }

    private static Dictionary<string, string> SourceFiles(string folder) =>
        Directory.GetFiles(folder, "*.cs").ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
}
