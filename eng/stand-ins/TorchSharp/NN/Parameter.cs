namespace TorchSharp.Modules;

/// <summary>A tensor that modules list and optimisers step on. It takes over the native tensor of the data it is made from.</summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(data.DecoupleFromNativeHandle())
    {
        // A parameter lives as long as its module, not as long as the scope in which that was made.
        DetachFromDisposeScope();
        this.requires_grad = requires_grad;
    }
}
