namespace TorchSharp.Modules;

/// <summary>A long short-term memory of one or more layers, in either or both directions.</summary>
public sealed class LSTM : torch.nn.Module<torch.Tensor, (torch.Tensor, torch.Tensor)?, (torch.Tensor, torch.Tensor, torch.Tensor)>
{
    private readonly long hiddenSize;
    private readonly long layers;
    private readonly bool hasBias;
    private readonly bool isBatchFirst;
    private readonly double dropout;
    private readonly bool isBidirectional;
    private readonly List<Parameter> flat = [];

    internal LSTM(
        long inputSize, long hiddenSize, long layers, bool hasBias, bool isBatchFirst, double dropout, bool isBidirectional, torch.Device? device,
        torch.ScalarType? dtype)
        : base(nameof(LSTM))
    {
        this.hiddenSize = hiddenSize;
        this.layers = layers;
        this.hasBias = hasBias;
        this.isBatchFirst = isBatchFirst;
        this.dropout = dropout;
        this.isBidirectional = isBidirectional;
        var bound = 1 / Math.Sqrt(hiddenSize);
        for (var layer = 0; layer < layers; layer++)
        {
            foreach (var direction in isBidirectional ? new[] { "", "_reverse" } : [""])
            {
                var width = layer == 0 ? inputSize : hiddenSize * (isBidirectional ? 2 : 1);
                Add($"weight_ih_l{layer}{direction}", 4 * hiddenSize, width);
                Add($"weight_hh_l{layer}{direction}", 4 * hiddenSize, hiddenSize);
                if (!hasBias) continue;
                Add($"bias_ih_l{layer}{direction}", 4 * hiddenSize);
                Add($"bias_hh_l{layer}{direction}", 4 * hiddenSize);
            }
        }

        void Add(string name, params long[] shape)
        {
            var parameter = new Parameter(torch.empty(shape, dtype, device).uniform_(-bound, bound));
            flat.Add(parameter);
            register_parameter(name, parameter);
        }
    }

    public override (torch.Tensor, torch.Tensor, torch.Tensor) forward(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null)
    {
        using var scope = torch.NewDisposeScope();
        var isUnbatched = input.dim() == 2;
        var batch = isUnbatched ? input.unsqueeze(isBatchFirst ? 0 : 1) : input;
        var (hidden, cell) = h0_c0 ?? (Start(batch), Start(batch));
        if (isUnbatched && hidden.dim() == 2) (hidden, cell) = (hidden.unsqueeze(1), cell.unsqueeze(1));
        var (output, lastHidden, lastCell) = Op.Call3(
            "aten::lstm.input", batch, new torch.Tensor?[] { hidden, cell }, flat.ToArray<torch.Tensor?>(), hasBias, layers, dropout, training, isBidirectional, isBatchFirst);
        if (isUnbatched) (output, lastHidden, lastCell) = (output.squeeze(isBatchFirst ? 0 : 1), lastHidden.squeeze(1), lastCell.squeeze(1));
        return (output.MoveToOuterDisposeScope(), lastHidden.MoveToOuterDisposeScope(), lastCell.MoveToOuterDisposeScope());
    }

    public new (torch.Tensor, torch.Tensor, torch.Tensor) call(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    public void flatten_parameters()
    {
        // The weights of a CPU are not packed: nothing to do.
    }

    private torch.Tensor Start(torch.Tensor batch) =>
        torch.zeros([layers * (isBidirectional ? 2 : 1), batch.shape[isBatchFirst ? 0 : 1], hiddenSize], batch.dtype, batch.device);
}
