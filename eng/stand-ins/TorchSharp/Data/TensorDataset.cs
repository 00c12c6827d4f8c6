using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The rows of tensors that have the same first dimension.</summary>
public class TensorDataset : utils.data.IterableDataset
{
    private readonly Tensor[] tensors;

    internal TensorDataset(Tensor[] tensors)
    {
        if (tensors.Length == 0) throw new ArgumentException("a data set needs a tensor");
        if (Array.Exists(tensors, tensor => tensor.size(0) != tensors[0].size(0))) throw new ArgumentException("All tensors must have the same size in the first dimension.");

        // Aliases, so that the data set outlives the scope that the tensors were made in.
        this.tensors = Array.ConvertAll(tensors, tensor => tensor.alias().DetachFromDisposeScope());
    }

    public override long Count => tensors[0].size(0);

    public IList<Tensor> this[long index] => Array.ConvertAll(tensors, tensor => tensor[index]);

    public override IList<Tensor> GetTensor(long index) => this[index];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var tensor in tensors) tensor.Dispose();
        }

        base.Dispose(disposing);
    }
}
