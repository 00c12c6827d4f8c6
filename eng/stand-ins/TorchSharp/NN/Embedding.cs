namespace TorchSharp.Modules;

/// <summary>Rows of a table <c>[n, d]</c> by their index.</summary>
public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long paddingIndex;
    private readonly bool scaleByFrequency;
    private readonly bool isSparse;

    internal Embedding(long count, long dims, long? padding, bool scaleByFrequency, bool isSparse, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(Embedding))
    {
        paddingIndex = padding is { } index ? (index < 0 ? count + index : index) : -1;
        this.scaleByFrequency = scaleByFrequency;
        this.isSparse = isSparse;
        var table = torch.empty([count, dims], dtype, device).normal_();
        if (paddingIndex >= 0) table[paddingIndex] = torch.zeros([dims], table.dtype, table.device);
        weight = new Parameter(table);
        register_parameter("weight", weight);
    }

    public Parameter? weight { get; set; }

    public override torch.Tensor forward(torch.Tensor input) => Op.Call("aten::embedding", weight, input, paddingIndex, scaleByFrequency, isSparse);
}
