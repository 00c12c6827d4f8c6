namespace TorchSharp.Modules;

/// <summary>Normalises over the last dimensions, then scales and shifts.</summary>
public sealed class LayerNorm : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly bool hasWeight;

    internal LayerNorm(long[] normalizedShape, double eps, bool elementwiseAffine, bool hasBias, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        normalized_shape = normalizedShape;
        this.eps = eps;
        elementwise_affine = elementwiseAffine;
        hasWeight = elementwiseAffine;
        weight = new Parameter(torch.ones(normalizedShape, dtype, device));
        if (!hasWeight) return;
        register_parameter("weight", weight);
        if (!hasBias) return;
        bias = new Parameter(torch.zeros(normalizedShape, dtype, device));
        register_parameter("bias", bias);
    }

    public Parameter weight { get; set; }

    public Parameter? bias { get; set; }

    public bool elementwise_affine { get; set; }

    public double eps { get; set; }

    public long[] normalized_shape { get; set; }

    public void reset_parameters()
    {
        using var _ = torch.no_grad();
        weight.fill_(1);
        bias?.zero_();
    }

    public override torch.Tensor forward(torch.Tensor tensor) =>
        torch.nn.functional.layer_norm(tensor, normalized_shape, hasWeight ? weight : null, bias, eps);
}
