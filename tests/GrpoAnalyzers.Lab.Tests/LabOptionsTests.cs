namespace GrpoAnalyzers.Lab.Tests;

public class LabOptionsTests
{
    [Fact]
    public void Options_are_read()
    {
        var options = LabOptions.Parse(["--out", "x", "--seed", "7", "--full", "--seeds", "2", "--rate", "3e-4", "--rollouts", "9"]);
        Assert.Equal(("x", true, 3e-4, 9), (options.Out, options.Full, options.Rate, options.Rollouts));
        Assert.Equal([7, 8], options.Seeds);
        Assert.Equal([1], LabOptions.Parse([]).Seeds);
        Assert.Equal(5, LabOptions.Parse(["--full"]).Seeds.Count);
    }

    [Theory]
    [InlineData("'--nonsense'", "--nonsense")]
    [InlineData("--out needs a folder", "--out")]
    [InlineData("--seed needs a whole number", "--seed", "-1")]
    [InlineData("--rollouts needs a whole number of at least 1", "--rollouts", "0")]
    [InlineData("--rate needs a number", "--rate", "2")]
    public void Wrong_arguments_are_named(string says, params string[] arguments) =>
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => LabOptions.Parse(arguments)).Message, StringComparison.Ordinal);
}
