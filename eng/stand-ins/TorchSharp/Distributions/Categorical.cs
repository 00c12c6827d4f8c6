namespace TorchSharp.Modules;

/// <summary>One of n outcomes; the last dimension of the parameters counts them.</summary>
public class Categorical : torch.distributions.Distribution
{
    public Categorical(torch.Tensor? probs = null, torch.Tensor? logits = null, torch.Generator? generator = null)
        : base(generator)
    {
        if (probs is null == logits is null) throw new ArgumentException("Either probs or logits must be given, not both.");
        if (logits is not null)
        {
            this.logits = logits - logits.logsumexp(-1, keepdim: true);
            this.probs = this.logits.softmax(-1);
        }
        else
        {
            this.probs = probs! / probs!.sum(-1, keepdim: true);
            this.logits = Clamped(this.probs).log();
        }
    }

    public torch.Tensor logits { get; }

    public torch.Tensor probs { get; }

    public long[] param_shape => probs.shape;

    public override torch.Tensor mean => torch.full(probs.shape[..^1], double.NaN, probs.dtype, probs.device);

    public override torch.Tensor variance => torch.full(probs.shape[..^1], double.NaN, probs.dtype, probs.device);

    public override torch.Tensor log_prob(torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        var both = torch.broadcast_tensors(value.to_type(torch.ScalarType.Int64).unsqueeze(-1), logits);
        return both[1].gather(-1, both[0].narrow(-1, 0, 1)).squeeze(-1).MoveToOuterDisposeScope();
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
