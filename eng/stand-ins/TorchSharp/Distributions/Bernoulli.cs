namespace TorchSharp.Modules;

/// <summary>Yes or no for each element.</summary>
public class Bernoulli : torch.distributions.Distribution
{
    private readonly torch.Tensor? given;

    public Bernoulli(torch.Tensor? p = null, torch.Tensor? l = null, torch.Generator? generator = null)
        : base(generator)
    {
        if (p is null == l is null) throw new ArgumentException("Either probabilities or logits must be given, not both.");
        probs = p ?? l!.sigmoid();
        given = l;
    }

    public torch.Tensor logits => given ?? (Clamped(probs).log() - (-Clamped(probs)).log1p());

    public torch.Tensor probs { get; }

    public override torch.Tensor mean => probs;

    public override torch.Tensor variance => probs * (1 - probs);

    public override torch.Tensor log_prob(torch.Tensor value) =>
        -torch.nn.functional.binary_cross_entropy_with_logits(logits, value, reduction: torch.nn.Reduction.None);

    public override torch.Tensor entropy() =>
        torch.nn.functional.binary_cross_entropy_with_logits(logits, probs, reduction: torch.nn.Reduction.None);

    public override torch.Tensor rsample(params long[] sample_shape)
    {
        using var scope = torch.NewDisposeScope();
        return probs.detach().expand([.. sample_shape, .. probs.shape]).bernoulli(generator).MoveToOuterDisposeScope();
    }
}
