namespace TorchSharp.Modules;

/// <summary>A normal distribution for each element.</summary>
public class Normal : torch.distributions.Distribution
{
    private readonly torch.Tensor loc;
    private readonly torch.Tensor scale;

    public Normal(torch.Tensor loc, torch.Tensor scale, torch.Generator? generator = null)
        : base(generator)
    {
        this.loc = loc;
        this.scale = scale;
    }

    public override torch.Tensor mean => loc;

    public override torch.Tensor stddev => scale;

    public override torch.Tensor variance => scale.pow(2);

    public override torch.Tensor log_prob(torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        return (-((value - loc).pow(2) / (scale.pow(2) * 2)) - scale.log() - (0.5 * Math.Log(2 * Math.PI))).MoveToOuterDisposeScope();
    }

    public override torch.Tensor entropy()
    {
        using var scope = torch.NewDisposeScope();
        return (scale.log() + torch.zeros_like(loc) + (0.5 + (0.5 * Math.Log(2 * Math.PI)))).MoveToOuterDisposeScope();
    }

    public override torch.Tensor rsample(params long[] sample_shape)
    {
        using var scope = torch.NewDisposeScope();
        var noise = torch.randn([.. sample_shape, .. (loc + scale).shape], loc.dtype, loc.device, generator: generator);
        return (loc + (scale * noise)).MoveToOuterDisposeScope();
    }
}
