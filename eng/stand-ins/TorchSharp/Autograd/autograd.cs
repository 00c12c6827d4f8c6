namespace TorchSharp;

public static partial class torch
{
    /// <summary>Differentiation.</summary>
    public static partial class autograd
    {
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] outputHandles = HandleList.Of(outputs), inputHandles = HandleList.Of(inputs), results = new nint[inputs.Count];
            var gradHandles = GradHandles(grad_outputs, outputs.Count);
            fixed (nint* o = outputHandles, i = inputHandles, g = gradHandles, r = results)
            {
                // Python keeps the graph of a gradient that is itself differentiable.
                Shim.Check(Shim.shim_gradients(o, outputs.Count, i, inputs.Count, g, retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, r));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            var gradients = new List<Tensor>(results.Length);
            foreach (var result in results) gradients.Add(result == 0 ? null! : new Tensor(result));
            return gradients;
        }

        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            nint[] handles = HandleList.Of(tensors), inputHandles = inputs is null ? [] : HandleList.Of(inputs);
            var gradHandles = GradHandles(grad_tensors, tensors.Count);
            fixed (nint* t = handles, i = inputHandles, g = gradHandles)
            {
                Shim.Check(Shim.shim_backward(t, handles.Length, g, (retain_graph ?? create_graph) || create_graph ? 1 : 0, create_graph ? 1 : 0, i, inputHandles.Length));
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
            => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
            => backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        private static nint[]? GradHandles(IList<Tensor>? grads, int count)
        {
            if (grads is null || grads.Count == 0) return null;
            if (grads.Count != count) throw new ArgumentException($"got {count} tensors and {grads.Count} gradients");
            return HandleList.Of(grads);
        }

        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);

        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);
    }
}
