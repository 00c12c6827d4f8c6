namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Derivatives of functions.</summary>
        public static class functional
        {
            public static Tensor jacobian(Func<Tensor, Tensor> function, Tensor inputs)
                => Jacobian(arguments => [function(arguments[0])], [inputs])[0][0];

            public static IEnumerable<Tensor> jacobian(Func<Tensor, Tensor[]> function, Tensor inputs)
                => Jacobian(arguments => function(arguments[0]), [inputs]).Select(row => row[0]).ToList();

            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor> function, params Tensor[] inputs)
                => Jacobian(arguments => [function(arguments)], inputs)[0];

            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor[]> function, params Tensor[] inputs)
                => Jacobian(function, inputs).SelectMany(row => row).ToList();

            // For each output and input, the derivatives shaped as the output's dimensions followed by the input's.
            private static Tensor[][] Jacobian(Func<Tensor[], Tensor[]> function, Tensor[] inputs)
            {
                using var scope = NewDisposeScope();
                using var recording = enable_grad();
                var arguments = Array.ConvertAll(inputs, input => input.detach().requires_grad_());
                var outputs = function(arguments);
                var result = new Tensor[outputs.Length][];
                for (var o = 0; o < outputs.Length; o++)
                {
                    var flat = outputs[o].reshape(-1);
                    var rows = Array.ConvertAll(inputs, _ => new List<Tensor>());
                    for (var i = 0L; i < flat.numel(); i++)
                    {
                        var gradients = flat.requires_grad ? grad([flat[i]], arguments, retain_graph: true, allow_unused: true) : new Tensor[inputs.Length];
                        for (var k = 0; k < inputs.Length; k++) rows[k].Add(gradients[k] ?? zeros_like(inputs[k]));
                    }

                    result[o] = new Tensor[inputs.Length];
                    for (var k = 0; k < inputs.Length; k++)
                    {
                        long[] sizes = [.. outputs[o].shape, .. inputs[k].shape];
                        result[o][k] = (rows[k].Count == 0 ? zeros(sizes, inputs[k].dtype) : stack(rows[k]).reshape(sizes)).MoveToOuterDisposeScope();
                    }
                }

                return result;
            }
        }
    }
}
