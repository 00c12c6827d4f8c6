namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>How often the trust region makes the host wait for the device: reads are counted where they happen.</summary>
public class HostReadTests
{
    [Fact]
    public void A_guard_reads_once_an_update_where_it_has_a_limit_and_else_never()
    {
        using var scope = NewDisposeScope();
        var tokens = Tokens();
        using var recording = new RatioGuard();
        Assert.Equal(0, Reads(() => recording.Record(tokens.New, tokens.Old, tokens.Mask, tokens.Advantages)));
        Assert.Equal(0, Reads(() => recording.Record(tokens.New, tokens.Old, tokens.Mask.to(ScalarType.Float32))));
        Assert.Equal(0, Reads(() => recording.Record(tokens.New, tokens.Old)));
        Assert.Equal(0, Reads(() => Assert.False(recording.ShouldStop(tokens.New, tokens.Old, tokens.Mask, tokens.Advantages))));
        Assert.Equal(0, Reads(recording.NewRollout));
        foreach (var limited in new[] { new RatioGuard { MaxKl = 1 }, new RatioGuard { MaxOutside = 1 }, new RatioGuard { MaxRatio = 9 }, new RatioGuard { MaxKl = 1, MaxOutside = 1, MaxRatio = 9 } })
        {
            using (limited)
            {
                for (var update = 0; update < 3; update++)
                {
                    Assert.Equal(1, Reads(() => Assert.False(limited.ShouldStop(tokens.New, tokens.Old, tokens.Mask, tokens.Advantages))));
                }

                Assert.Equal(0, Reads(() => limited.Record(tokens.New, tokens.Old, tokens.Mask)));
                Assert.Equal(1, Reads(() => Assert.Equal(4, limited.Read().Count)));
            }
        }
    }

    public static TheoryData<string> Ways => [.. Readers.Keys];

    private static readonly Dictionary<string, Action<Tensor>> Readers = new()
    {
        ["item"] = t => t[0].item<float>(),
        ["ToSingle"] = t => t[0].ToSingle(),
        ["ToScalar"] = t => t[0].ToScalar(),
        ["to a bool"] = t => t.isnan().any().ToBoolean(),
        ["if"] = t => Assert.False((bool)t.isnan().any()),
        ["data"] = t => t.data<float>().ToArray(),
        ["data, strided"] = t => t.expand(2, 4).data<float>().ToArray(),
        ["one of data"] = t => _ = t.data<float>()[1],
        ["bytes"] = t => _ = t.bytes.Length,
        ["copied to the host"] = t => t.cpu().data<float>().ToArray(),
        ["ReadCpuSingle"] = t => t.ReadCpuSingle(1),
        ["nonzero"] = t => t.nonzero(),
        ["masked_select"] = t => t.masked_select(t.gt(0)),
        ["index by a mask"] = t => _ = t[t.gt(0)],
        ["allclose"] = t => t.allclose(t),
        ["unique"] = t => t.unique(),
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_read_is_counted_whichever_way_it_is_made(string way)
    {
        using var scope = NewDisposeScope();
        var values = tensor(new[] { 1f, 2, 0, 4 });
        Assert.Equal(1, Reads(() => Readers[way](values)));
    }

    private static long Reads(Action action)
    {
        using var watch = new Watch();
        action();
        return Watch.HostReads;
    }

    private static (Tensor New, Tensor Old, Tensor Mask, Tensor Advantages) Tokens()
    {
        manual_seed(2);
        var old = randn([3, 5]);
        return (old + randn([3, 5]) * 0.1, old, ones([3, 5], ScalarType.Bool), tensor(new[] { 1f, -1, 0 }).unsqueeze(1));
    }
}
