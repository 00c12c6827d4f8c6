using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

public class CustomFunctionTests
{
    [Fact]
    public void Backward_uses_what_forward_saved()
    {
        using var x = tensor(new[] { 1.0, 2.0, 3.0 }, requires_grad: true);
        using var y = Square.apply(x);
        Assert.Equal([1.0, 4.0, 9.0], y.data<double>().ToArray());
        (y * tensor(new[] { 1.0, 10.0, 100.0 })).sum().backward();
        Assert.Equal([2.0, 40.0, 600.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Nothing_is_recorded_where_no_input_needs_a_gradient()
    {
        using var x = ones(2);
        Assert.False(Square.apply(x).requires_grad);
    }

    [Fact]
    public void Arguments_that_are_no_tensors_get_a_null_gradient()
    {
        using var x = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        ScaleBy.apply(x, 5.0).sum().backward();
        Assert.Equal([5.0, 5.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void A_function_may_have_several_outputs()
    {
        using var a = tensor(new[] { 2.0 }, requires_grad: true);
        using var b = tensor(new[] { 3.0 }, requires_grad: true);
        var outputs = SumAndProduct.apply(a, b);
        (outputs[0] + (outputs[1] * 10)).sum().backward();
        Assert.Equal(1.0 + 30.0, a.grad!.item<double>());
        Assert.Equal(1.0 + 20.0, b.grad!.item<double>());
    }

    [Fact]
    public void A_gradient_is_passed_on_to_what_came_before()
    {
        using var x = tensor(new[] { 0.5 }, requires_grad: true);
        Square.apply(Square.apply(x) * 2).sum().backward();

        // (2x²)² = 4x⁴, whose derivative is 16x³.
        Assert.Equal(16 * 0.125, x.grad!.item<double>(), 12);
    }

    [Fact]
    public void A_recorded_step_lets_go_of_its_function()
    {
        var (function, x) = Apply();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(function.IsAlive);
        x.Dispose();

        static (WeakReference Function, Tensor X) Apply()
        {
            var x = ones(2, requires_grad: true);
            using var y = Remembered.apply(x);
            y.sum().backward();
            return (new WeakReference(Remembered.Last!.Target), x);
        }
    }

    private sealed class Square : autograd.SingleTensorFunction<Square>
    {
        public override string Name => nameof(Square);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            return x * x;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [2 * ctx.get_saved_variables()[0] * grad_output];
    }

    private sealed class ScaleBy : autograd.SingleTensorFunction<ScaleBy>
    {
        public override string Name => nameof(ScaleBy);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("factor", vars[1]);
            return (Tensor)vars[0] * (double)vars[1];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * (double)ctx.get_data("factor"), null!];
    }

    private sealed class SumAndProduct : autograd.MultiTensorFunction<SumAndProduct>
    {
        public override string Name => nameof(SumAndProduct);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (a, b) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([a, b]);
            return [a + b, a * b];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            return [grad_outputs[0] + (grad_outputs[1] * saved[1]), grad_outputs[0] + (grad_outputs[1] * saved[0])];
        }
    }

    private sealed class Remembered : autograd.SingleTensorFunction<Remembered>
    {
        internal static WeakReference? Last { get; private set; }

        public override string Name => nameof(Remembered);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            Last = new WeakReference(this);
            return (Tensor)vars[0] * 2;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }
}
