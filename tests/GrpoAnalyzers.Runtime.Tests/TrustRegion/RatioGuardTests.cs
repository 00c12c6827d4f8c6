namespace GrpoAnalyzers.Runtime.Tests;

public class RatioGuardTests
{
    /// <summary>Ratios 1, 1.5, 0.5, 1.1 and a token outside the mask.</summary>
    private static (Tensor New, Tensor Old, Tensor Mask) Tokens(ScalarType type = ScalarType.Float64)
    {
        double[] ratios = [1, 1.5, 0.5, 1.1, 40];
        var old = full([5], -2.0, ScalarType.Float64);
        return ((old + tensor(ratios.Select(r => Math.Log(r)).ToArray())).to(type), old.to(type), tensor(new[] { true, true, true, true, false }));
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float32, 1e-6)]
    [InlineData(ScalarType.BFloat16, 2e-2)]
    public void Statistics_are_those_of_the_tokens_under_the_mask(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (logProbs, old, mask) = Tokens(type);
        using var guard = new RatioGuard();
        guard.Record(logProbs, old, mask, tensor(new[] { 1.0, 1, 1, 1, 1 }));
        var now = Assert.Single(guard.Read());

        // by hand: r - 1 - log r of each token
        Close.To((0.5 - Math.Log(1.5) - 0.5 - Math.Log(0.5) + 0.1 - Math.Log(1.1)) / 4, now.Kl, tolerance, "k3");
        Assert.Equal(0.5, now.Outside);

        // with a positive advantage only the ratio above the region is clipped
        Assert.Equal(0.25, now.ClipFraction);
        Close.To(1.5, now.LargestRatio, tolerance, "largest");
        Close.To(0.5, now.SmallestRatio, tolerance, "smallest");
        Assert.Equal(4, now.Tokens);
    }

    [Fact]
    public void Stops_where_a_limit_is_passed_and_only_there()
    {
        using var scope = NewDisposeScope();
        var (logProbs, old, mask) = Tokens();
        bool Stops(RatioGuard guard)
        {
            using (guard)
            {
                return guard.ShouldStop(logProbs, old, mask);
            }
        }

        // k3 of these tokens is 0.0731
        Assert.True(Stops(new RatioGuard { MaxKl = 0.073 }));
        Assert.False(Stops(new RatioGuard { MaxKl = 0.0732 }));
        Assert.True(Stops(new RatioGuard { MaxOutside = 0.49 }));
        Assert.False(Stops(new RatioGuard { MaxOutside = 0.5 }));
        Assert.False(Stops(new RatioGuard { MaxOutside = 0.1, Region = new Clip(0.6, 0.6) }));
        Assert.True(Stops(new RatioGuard { MaxRatio = 1.4 }));

        // 0.5 is as far as 2
        Assert.True(Stops(new RatioGuard { MaxRatio = 1.9 }));
        Assert.False(Stops(new RatioGuard { MaxRatio = 2.1 }));
        Assert.False(Stops(new RatioGuard()));
    }

    [Fact]
    public void What_is_not_a_number_passes_every_limit()
    {
        using var scope = NewDisposeScope();
        var (logProbs, old, mask) = Tokens();
        var broken = where(tensor(new[] { true, false, false, false, false }), full_like(logProbs, double.NaN), logProbs);
        foreach (var guard in new[] { new RatioGuard { MaxKl = 1e9 }, new RatioGuard { MaxRatio = 1e9 }, new RatioGuard { MaxOutside = 0.74 } })
        {
            using (guard)
            {
                Assert.True(guard.ShouldStop(broken, old, mask));
            }
        }
    }

    [Fact]
    public void Numbers_serve_as_a_mask_and_no_mask_means_all()
    {
        using var scope = NewDisposeScope();
        var (logProbs, old, mask) = Tokens();
        using var guard = new RatioGuard();
        guard.Record(logProbs, old, mask);
        guard.Record(logProbs, old, mask.to(ScalarType.Float32));
        guard.Record(logProbs, old);
        var all = guard.Read();
        Assert.Equal(all[0], all[1]);
        Assert.Equal(5, all[2].Tokens);
        Close.To(40, all[2].LargestRatio, 1e-9, "largest of all");
    }

    [Fact]
    public void A_rollout_is_remembered_until_the_next_and_leaves_nothing()
    {
        using var scope = NewDisposeScope();
        var (logProbs, old, mask) = Tokens();
        var before = TensorCount.Settled();
        using (var guard = new RatioGuard())
        {
            for (var update = 0; update < 3; update++)
            {
                using var inner = NewDisposeScope();
                guard.Record(old + (logProbs - old) * update, old, mask);
            }

            Assert.Equal(3, guard.Updates);
            var read = guard.Read();
            Assert.Equal(0, read[0].Kl);
            Assert.True(read[0].LargestRatio < read[1].LargestRatio && read[1].LargestRatio < read[2].LargestRatio);
            guard.NewRollout();
            Assert.Equal(0, guard.Updates);
            Assert.Empty(guard.Read());
            Assert.Equal(before, Tensor.TotalCount);
            guard.Record(logProbs, old, mask);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void The_policys_graph_is_left_alone()
    {
        using var scope = NewDisposeScope();
        var (logProbs, old, mask) = Tokens();
        var parameter = logProbs.clone().requires_grad_();
        using var guard = new RatioGuard { MaxKl = 1 };
        var used = parameter * 1;
        Assert.False(guard.ShouldStop(used, old, mask));
        used.sum().backward();
        Close.To([1, 1, 1, 1, 1], parameter.grad!, 0, "gradient");
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        var (logProbs, old, mask) = Tokens();
        using var guard = new RatioGuard();
        Assert.Throws<ArgumentNullException>("logProbs", () => guard.Record(null!, old));
        Assert.Throws<ArgumentException>("oldLogProbs", () => guard.Record(logProbs, old.unsqueeze(0)));
        Assert.Throws<ArgumentException>("mask", () => guard.Record(logProbs, old, mask.unsqueeze(0)));
        Assert.Throws<ArgumentException>("logProbs", () => guard.Record(zeros([0]), zeros([0])));
        Assert.Throws<ArgumentException>("logProbs", () => guard.Record(ones([5], ScalarType.Int64), old));
        Assert.Throws<ArgumentOutOfRangeException>("MaxOutside", () => new RatioGuard { MaxOutside = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>("MaxRatio", () => new RatioGuard { MaxRatio = 1 });
        Assert.Throws<ArgumentOutOfRangeException>("MaxKl", () => new RatioGuard { MaxKl = double.NaN });
        Assert.Equal(0, guard.Updates);
    }
}
