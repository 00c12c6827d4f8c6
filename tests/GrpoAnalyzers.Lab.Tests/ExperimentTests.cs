using System.Globalization;
using AdditionGrpo;
using TorchSharp;

namespace GrpoAnalyzers.Lab.Tests;

/// <summary>The experiments on a policy with a short warm start: what the propositions say must be seen on any.</summary>
public sealed class ExperimentTests : IDisposable
{
    private static readonly LabOptions Options = LabOptions.Parse(["--rollouts", "1", "--warm-steps", "150"]);

    // Experiments leave it as it was.
    private static readonly Lazy<Transformer> Policy = new(() =>
    {
        torch.set_num_threads(1);
        return StartingPolicy.Make(Options.Seed, Options.WarmSteps, CancellationToken.None);
    });

    private readonly Progress progress = new(visible: false);
    private readonly Transformer policy = Policy.Value;

    public void Dispose() => progress.Dispose();

    [Fact]
    public void The_scale_of_rewards_is_forgotten_by_AdamW_alone()
    {
        var table = new ScaleExperiment(Options, policy, progress).Run().Tables[0];
        // phi 0.01 is left out: there the epsilon of AdamW, 1e-8, begins to show
        double Largest(int row) => table.Rows[row][2..].Max(Value);
        Assert.True(Largest(0) < 0.02 && Largest(1) < 0.1, table.ToString());
        Assert.True(Largest(3) > 0.1 && Largest(4) > 0.9, table.ToString());
    }

    [Fact]
    public void A_shared_beginning_is_pushed_before_the_corrections_and_not_after()
    {
        var table = new PrefixExperiment(Options, policy, progress).Run().Tables[0];
        Assert.True(Value(table.Rows[0][1]) > 0, table.ToString());
        Assert.True(Value(table.Rows[0][2]) > 1e-4 && Value(table.Rows[1][2]) < 1e-7, table.ToString());
        Assert.True(Value(table.Rows[2][2]) > 1e-4 && Value(table.Rows[3][2]) == 0, table.ToString());
    }

    [Fact]
    public void Steps_go_on_without_a_gradient_as_equation_36_says_and_the_momentum_aware_step_stays_inside()
    {
        var section = new OvershootExperiment(Options, policy, progress).Run();
        var (table, coast) = (section.Tables[0], section.Tables[1]);
        Assert.True(Value(table.Rows[2][1]) < Value(table.Rows[0][1]) / 2, table.ToString());
        foreach (var (predicted, measured) in coast.Rows[0][1..].Zip(coast.Rows[1][1..]))
        {
            Assert.Equal(Value(predicted), Value(measured), 0.02);
        }
    }

    [Fact]
    public void The_loss_of_the_first_update_is_what_weights_and_lengths_make_it()
    {
        var table = new ProgressExperiment(Options, policy, progress, TestContext.Current.CancellationToken).Run().Tables[0];
        Assert.True(Value(table.Rows[0][2]) < 1e-6 && table.Rows[0][3] == "-", table.ToString());
        Assert.True(Value(table.Rows[0][4]) < 1e-6 && Value(table.Rows[1][4]) < 1e-6, table.ToString());
    }

    private static double Value(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}
