using GrpoAnalyzers.StandIns.Tests.Completeness;
using GrpoAnalyzers.StandIns.Tests.Python;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Training;

/// <summary>Derivatives that are asked for by name, and functions whose derivative is written by hand.</summary>
[ComparesWithPython]
public sealed class AutogradTests(PythonTorch python) : IClassFixture<PythonTorch>
{
    private static Tensor First => (arange(6, dtype: ScalarType.Float64) * 1.7).sin().reshape(2, 3);

    private static Tensor Second => (arange(3, dtype: ScalarType.Float64) * 1.1).cos();

    [Fact]
    public void Second_derivatives_are_pythons()
    {
        using var scope = NewDisposeScope();
        var expected = python.Values(
            """
            a.requires_grad_(); b.requires_grad_()
            y = (a * b).tanh().pow(2)
            g = torch.autograd.grad([y], [a, b], [torch.ones_like(y) * 2], create_graph=True)
            h = torch.autograd.grad(g[0].sum(), [b, a], retain_graph=True)
            r = [*g, *h]
            """,
            ("a", First),
            ("b", Second));

        var (a, b) = (First.requires_grad_(), Second.requires_grad_());
        var y = (a * b).tanh().pow(2);
        var first = autograd.grad([y], [a, b], [ones_like(y) * 2], create_graph: true);
        var second = autograd.grad([first[0].sum()], [b, a], retain_graph: true);

        foreach (var (want, got) in expected.Zip(first.Concat(second))) TensorData.Same(want, got, 1e-12);
    }

    [Fact]
    public void Jacobians_are_pythons()
    {
        using var scope = NewDisposeScope();
        var expected = python.Values(
            """
            j = torch.autograd.functional.jacobian
            r = [j(lambda x: x.sin() * x.sum(), a), *j(lambda x: (x.exp(), x[0] * 2), a), *j(lambda x, y: x * y, (a, b)),
                 *[t for row in j(lambda x, y: (x * y, x.sum() * y), (a, b)) for t in row]]
            """,
            ("a", First),
            ("b", Second));

        Tensor[] actual =
        [
            autograd.functional.jacobian(x => x.sin() * x.sum(), First),
            .. autograd.functional.jacobian(x => new[] { x.exp(), x[0] * 2 }, First),
            .. autograd.functional.jacobian(x => x[0] * x[1], First, Second),
            .. autograd.functional.jacobian(x => new[] { x[0] * x[1], x[0].sum() * x[1] }, First, Second),
        ];

        Assert.Equal(expected.Count, actual.Length);
        foreach (var (want, got) in expected.Zip(actual)) TensorData.Same(want, got, 1e-12);
    }

    [Fact]
    public void Functions_with_a_backward_of_their_own_are_pythons()
    {
        using var scope = NewDisposeScope();
        var expected = python.Values(
            """
            class Product(torch.autograd.Function):
                @staticmethod
                def forward(ctx, x, y):
                    ctx.save_for_backward(x, y)
                    return x * y, x - y
                @staticmethod
                def backward(ctx, g, h):
                    x, y = ctx.saved_tensors
                    return 3 * g * y + h, (5 * g * x - h).sum(0)
            class Square(torch.autograd.Function):
                @staticmethod
                def forward(ctx, x):
                    ctx.save_for_backward(x)
                    return x * x
                @staticmethod
                def backward(ctx, g):
                    return 7 * g * ctx.saved_tensors[0]
            a.requires_grad_(); b.requires_grad_()
            y = Product.apply(a, b)
            z = Square.apply(a)
            r = [*y, z, *torch.autograd.grad(weighted([*y, z]), [a, b])]
            """,
            ("a", First),
            ("b", Second));

        var (a, b) = (First.requires_grad_(), Second.requires_grad_());
        var outputs = Product.apply(a, b);
        outputs.Add(Square.apply(a));
        var gradients = autograd.grad([WeightedSum.Of(outputs)!], [a, b]);

        foreach (var (want, got) in expected.Zip(outputs.Concat(gradients))) TensorData.Same(want, got, 1e-12);
    }

    private sealed class Product : autograd.MultiTensorFunction<Product>
    {
        public override string Name => nameof(Product);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, y) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([x, y]);
            return [x * y, x - y];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            return [(3 * grad_outputs[0] * saved[1]) + grad_outputs[1], ((5 * grad_outputs[0] * saved[0]) - grad_outputs[1]).sum(0L)];
        }
    }

    private sealed class Square : autograd.SingleTensorFunction<Square>
    {
        public override string Name => nameof(Square);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0]]);
            return (Tensor)vars[0] * (Tensor)vars[0];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [7 * grad_output * ctx.get_saved_variables()[0]];
    }
}
