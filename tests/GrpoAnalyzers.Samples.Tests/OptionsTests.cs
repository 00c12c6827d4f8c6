using AdditionGrpo;

namespace GrpoAnalyzers.Samples.Tests;

public class OptionsTests
{
    [Fact]
    public void Options_are_read_in_any_order()
    {
        var options = Options.Parse(["--steps", "7", "--warm-steps", "0", "--seed", "3"]);

        Assert.Equal((3, 7, 0, false), (options.Seed, options.Steps, options.WarmSteps, options.ShowHelp));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_can_be_asked_for(string option) => Assert.True(Options.Parse(["--seed", "2", option]).ShowHelp);

    [Theory]
    [InlineData("There is no option '--speed'.", "--speed", "1")]
    [InlineData("There is no option '5'.", "5")]
    [InlineData("--seed needs a number.", "--seed")]
    [InlineData("--steps needs a number.", "--seed", "1", "--steps")]
    [InlineData("--steps needs a whole number from 0 to 2147483647, not 'many'.", "--steps", "many")]
    [InlineData("--steps needs a whole number from 0 to 2147483647, not '-1'.", "--steps", "-1")]
    [InlineData("--seed needs a whole number from 0 to 2147483647, not '1.5'.", "--seed", "1.5")]
    [InlineData("--seed needs a whole number from 0 to 2147483647, not '9999999999'.", "--seed", "9999999999")]
    [InlineData("--warm-steps needs a whole number from 0 to 2147483647, not '--seed'.", "--warm-steps", "--seed", "1")]
    public void A_wrong_argument_is_said_in_one_sentence(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Options.Parse(arguments)).Message);
}
