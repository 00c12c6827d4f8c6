namespace TorchSharp.Modules;

/// <summary>x W^T + b, with weight <c>[out, in]</c>.</summary>
public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
        weight = new Parameter(torch.empty([outputSize, inputSize], dtype, device).uniform_(-bound, bound));
        register_parameter("weight", weight);
        if (hasBias)
        {
            bias = new Parameter(torch.empty([outputSize], dtype, device).uniform_(-bound, bound));
            register_parameter("bias", bias);
        }
    }

    internal Linear(Parameter weight, Parameter? bias)
        : base(nameof(Linear))
    {
        this.weight = weight;
        this.bias = bias;
        (out_features, in_features) = (weight.shape[0], weight.shape[1]);
        register_parameter("weight", weight);
        if (bias is not null) register_parameter("bias", bias);
    }

    public Parameter weight { get; set; }

    public Parameter? bias { get; set; }

    public long in_features { get; set; }

    public long out_features { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.linear(tensor, weight, bias);
}
