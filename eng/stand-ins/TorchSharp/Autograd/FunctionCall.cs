namespace TorchSharp;

/// <summary>One application of a function written in C#: what its backward needs, until libtorch drops the recorded step.</summary>
internal sealed class FunctionCall
{
    private readonly object?[] arguments;
    private readonly Func<torch.autograd.AutogradContext, object?[], List<torch.Tensor>> forward;
    private readonly Func<torch.autograd.AutogradContext, List<torch.Tensor>, List<torch.Tensor>> backward;
    private readonly torch.autograd.AutogradContext context = new();
    private readonly bool[] argumentIsTensor;

    internal FunctionCall(
        object?[] arguments, Func<torch.autograd.AutogradContext, object?[], List<torch.Tensor>> forward,
        Func<torch.autograd.AutogradContext, List<torch.Tensor>, List<torch.Tensor>> backward)
    {
        this.arguments = arguments;
        this.forward = forward;
        this.backward = backward;
        Inputs = arguments.OfType<torch.Tensor>().ToArray();
        argumentIsTensor = Array.ConvertAll(arguments, argument => argument is torch.Tensor);
    }

    internal torch.Tensor[] Inputs { get; private set; }

    internal IReadOnlyList<torch.Tensor?> Forward(nint native)
    {
        context.Enter(native);
        try
        {
            var outputs = forward(context, arguments);
            if (outputs is null || outputs.Exists(output => output is null)) throw new InvalidOperationException("forward returned null instead of a tensor.");
            return outputs;
        }
        finally
        {
            context.Leave();
        }
    }

    /// <summary>The gradients of the tensors among the arguments.</summary>
    internal IReadOnlyList<torch.Tensor?> Backward(nint native, List<torch.Tensor> gradients)
    {
        context.Enter(native);
        try
        {
            var results = backward(context, gradients);
            if (results is null) throw new InvalidOperationException("backward returned null instead of a list of gradients.");
            if (results.Count != argumentIsTensor.Length)
            {
                throw new InvalidOperationException($"backward returned {results.Count} gradients for {argumentIsTensor.Length} arguments of forward; give null for those that are not tensors.");
            }

            var tensors = new List<torch.Tensor?>();
            for (var i = 0; i < results.Count; i++)
            {
                if (argumentIsTensor[i]) tensors.Add(results[i]);
                else if (results[i] is not null) throw new InvalidOperationException($"backward returned a gradient for argument {i} of forward, which is not a tensor.");
            }

            return tensors;
        }
        finally
        {
            context.Leave();
        }
    }

    // Whether libtorch records the step or not, the arguments are not needed again: backward sees only what forward saved.
    internal void ForwardDone()
    {
        Inputs = [];
        Array.Clear(arguments);
    }

    internal void Released() => context.Dispose();
}
