namespace GrpoAnalyzers.Runtime;

/// <summary>d log p / d h of the rows: what the backward of a frozen head multiplies with.</summary>
internal sealed record SavedSlope(HeadRows Rows, long[] Shape, ScalarType Type, Tensor LogProbs) : IRetained
{
    internal HandedOut HandedOut { get; } = new();

    public void MoveToOuterDisposeScope() => Rows.MoveToOuterDisposeScope();

    public void Dispose()
    {
        HandedOut.Dispose();
        Rows.Free();
    }
}

/// <summary>Log-probabilities of a frozen head: the backward is a product of [R, H].</summary>
internal sealed class FrozenHeadNode : autograd.SingleTensorFunction<FrozenHeadNode>
{
    private const string Key = "slope";

    public override string Name => nameof(FrozenHeadNode);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var saved = (SavedSlope)vars[1];
        ctx.save_data(Key, saved);
        return saved.LogProbs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var saved = (SavedSlope)ctx.get_data(Key);
        var rows = saved.Rows.Hidden * saved.Rows.Pick(grad_output).unsqueeze(1);
        return [saved.HandedOut.Add(saved.Rows.Spread(rows, saved.Shape, saved.Type)), null!];
    }
}

/// <summary>What a backward that computes the logits again needs.</summary>
internal sealed record SavedRows(LmHead Head, HeadRows Rows, FusedOptions Options, bool HiddenGradient, long[] Shape, ScalarType Type, Tensor LogProbs)
    : IRetained
{
    internal HandedOut HandedOut { get; } = new();

    public void MoveToOuterDisposeScope() => Rows.MoveToOuterDisposeScope();

    public void Dispose()
    {
        HandedOut.Dispose();
        Rows.Free();
    }
}

/// <summary>Log-probabilities of a head that is trained: the backward passes over the rows whose log-probability has a gradient once more.</summary>
internal sealed class RecomputedHeadNode : autograd.SingleTensorFunction<RecomputedHeadNode>
{
    private const string Key = "rows";

    public override string Name => nameof(RecomputedHeadNode);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var saved = (SavedRows)vars[^1];
        ctx.save_data(Key, saved);
        return saved.LogProbs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var saved = (SavedRows)ctx.get_data(Key);
        var (head, type) = (saved.Head, saved.Head.Weight.dtype);
        var given = saved.Rows.Pick(grad_output);
        var moving = given.ne(0);
        var rows = saved.Rows.Subset(moving);
        var perRow = given.masked_select(moving);
        var sums = HeadSums.For(head, saved.HiddenGradient, rows.Count, Require.MathType(type));
        using var pass = new ChunkedHead(head, rows, saved.Options with { Cancellation = default }, gradients: true);
        pass.Pass(null, null, (start, chunk) => perRow.narrow(0, start, chunk.shape[0]), sums);
        var hidden = sums.Hidden is { } h ? saved.HandedOut.Add(rows.Spread(h, saved.Shape, saved.Type)) : null;
        var weight = sums.Weight is { } w ? saved.HandedOut.Add(w.to(type)) : null;
        var bias = sums.Bias is { } b ? saved.HandedOut.Add(b.to(type)) : null;
        return head.Bias is null ? [hidden!, weight!, null!] : [hidden!, weight!, bias!, null!];
    }
}
