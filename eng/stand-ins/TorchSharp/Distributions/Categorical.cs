namespace TorchSharp.Modules;

/// <summary>One of n outcomes; the last dimension of the parameters counts them.</summary>
public class Categorical : torch.distributions.Distribution
{
    public Categorical(torch.Tensor? probs = null, torch.Tensor? logits = null, torch.Generator? generator = null)
        : base(generator)
    {
        if (probs is null == logits is null) throw new ArgumentException("Either probs or logits must be given, not both.");
        this.logits = logits is not null ? logits - logits.logsumexp(-1, keepdim: true) : (probs! / probs!.sum(-1, keepdim: true)).clamp(1e-7, 1 - 1e-7).log();
        this.probs = this.logits.softmax(-1);
    }

    public torch.Tensor logits { get; }

    public torch.Tensor probs { get; }

    public long[] param_shape => probs.shape;

    public override torch.Tensor mean => torch.full(probs.shape[..^1], double.NaN, probs.dtype, probs.device);

    public override torch.Tensor variance => torch.full(probs.shape[..^1], double.NaN, probs.dtype, probs.device);

    public override torch.Tensor log_prob(torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        var index = value.to_type(torch.ScalarType.Int64).unsqueeze(-1);
        var shape = index.shape[..^1].Append(logits.shape[^1]).ToArray();
        return logits.expand(shape).gather(-1, index).squeeze(-1).MoveToOuterDisposeScope();
    }

    public override torch.Tensor entropy()
    {
        using var scope = torch.NewDisposeScope();
        return (-(logits * probs).sum(-1)).MoveToOuterDisposeScope();
    }

    public override torch.Tensor rsample(params long[] sample_shape)
    {
        using var scope = torch.NewDisposeScope();
        var count = sample_shape.Aggregate(1L, (product, size) => product * size);
        var rows = probs.detach().reshape(-1, probs.shape[^1]);
        var drawn = rows.multinomial(count, true, generator).t();
        return drawn.reshape([.. sample_shape, .. probs.shape[..^1]]).MoveToOuterDisposeScope();
    }
}
