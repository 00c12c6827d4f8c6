namespace GrpoAnalyzers.Runtime.Tests;

public class OvershootTests
{
    /// <summary>The paper's own figures for eq. 37.</summary>
    [Theory]
    [InlineData(0.9, 0.95, 0.923, 0.67)]
    [InlineData(0.9, 0.999, 0.900, 0.592)]
    public void The_share_of_a_step_is_the_papers(double beta1, double beta2, double first, double fifth)
    {
        var shares = Overshoot.Predict(beta1, beta2, 5);
        Assert.Equal(first, shares[0], 1e-3);
        Assert.Equal(fifth, shares[4], 2e-3);
    }

    /// <summary>Adam run by hand with a gradient of one and then none, step by step.</summary>
    [Theory]
    [InlineData(0.9, 0.95, 2)]
    [InlineData(0.9, 0.999, 5)]
    [InlineData(0.5, 0.9, 12)]
    [InlineData(0.9, 0.95, 400)]
    public void Adam_moves_on_by_what_is_predicted(double beta1, double beta2, int before)
    {
        var (m, v) = (0.0, 0.0);
        var moves = new List<double>();
        for (var step = 1; step < before + 6; step++)
        {
            var gradient = step < before ? 1.0 : 0.0;
            m = beta1 * m + (1 - beta1) * gradient;
            v = beta2 * v + (1 - beta2) * gradient * gradient;
            moves.Add(m / (1 - Math.Pow(beta1, step)) / Math.Sqrt(v / (1 - Math.Pow(beta2, step))));
        }

        Assert.Equal(1, moves[before - 2], 1e-9);
        Close.To([.. moves.Skip(before - 1)], Overshoot.Predict(beta1, beta2, 6, before), 1e-9, "shares");
        if (before == 400)
        {
            Close.To(Overshoot.Predict(beta1, beta2, 6), Overshoot.Predict(beta1, beta2, 6, before), 1e-6, "limit");
        }
    }

    [Fact]
    public void All_further_steps_add_up()
    {
        Assert.Equal(Overshoot.Predict(0.9, 0.95, 2000).Sum(), Overshoot.Total(0.9, 0.95), 1e-9);
        Assert.Equal(double.PositiveInfinity, Overshoot.Total(0.9, 0.81));
        Assert.Equal(0, Overshoot.Total(0, 0.9));
        Assert.Empty(Overshoot.Predict(0.9, 0.95, 0));
        Assert.Throws<ArgumentOutOfRangeException>("beta1", () => Overshoot.Predict(1, 0.9, 1));
        Assert.Throws<ArgumentOutOfRangeException>("beta2", () => Overshoot.Predict(0.9, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("before", () => Overshoot.Predict(0.9, 0.9, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => Overshoot.Predict(0.9, 0.9, -1));
    }
}
