using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

/// <summary>Exceptions of managed code that libtorch called come out where the caller of libtorch can catch them.</summary>
public class FailingFunctionTests
{
    private readonly Tensor x = ones(3, requires_grad: true);

    [Fact]
    public void An_exception_in_backward_reaches_the_caller_of_backward()
    {
        var loss = (Failing.apply(x, "backward throws") + (x * 2)).sum();
        var failure = Assert.Throws<ArithmeticException>(() => loss.backward());
        Assert.Equal("from backward", failure.Message);
        Assert.Contains(nameof(Failing), failure.StackTrace);
    }

    [Fact]
    public void An_exception_in_forward_reaches_the_caller_of_apply()
        => Assert.Equal("from forward", Assert.Throws<ArithmeticException>(() => Failing.apply(x, "forward throws")).Message);

    [Theory]
    [InlineData("forward gives null", "forward returned null")]
    [InlineData("too few gradients", "1 gradients for 2 arguments")]
    [InlineData("no list", "backward returned null")]
    [InlineData("gradient for text", "which is not a tensor")]
    public void A_function_that_breaks_its_contract_is_told_so(string mode, string message)
        => Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => Failing.apply(x, mode).sum().backward()).Message);

    [Fact]
    public void A_gradient_of_the_wrong_shape_is_libtorchs_error()
        => Assert.Contains("invalid gradient", Assert.Throws<ExternalException>(() => Failing.apply(x, "wrong shape").sum().backward()).Message);

    [Fact]
    public void A_native_error_in_backward_is_an_external_exception()
        => Assert.Contains("must match the size", Assert.Throws<ExternalException>(() => Failing.apply(x, "native error").sum().backward()).Message);

    [Fact]
    public void Differentiation_works_on_after_a_failure()
    {
        _ = Assert.Throws<ArithmeticException>(() => Failing.apply(x, "backward throws").sum().backward());
        (x * 3).sum().backward();
        Assert.Equal([3f, 3f, 3f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void The_context_is_closed_after_backward()
    {
        Failing.apply(x, "keep context").sum().backward();
        _ = Assert.Throws<InvalidOperationException>(() => Failing.Kept!.get_saved_variables());
    }

    private sealed class Failing : autograd.SingleTensorFunction<Failing>
    {
        private string mode = "";

        public static autograd.AutogradContext? Kept { get; private set; }

        public override string Name => nameof(Failing);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            mode = (string)vars[1];
            return mode switch
            {
                "forward throws" => throw new ArithmeticException("from forward"),
                "forward gives null" => null!,
                _ => (Tensor)vars[0] * 2,
            };
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            Kept = ctx;
            return mode switch
            {
                "backward throws" => throw new ArithmeticException("from backward"),
                "too few gradients" => [grad_output],
                "no list" => null!,
                "gradient for text" => [grad_output, grad_output],
                "wrong shape" => [ones(7), null!],
                "native error" => [ones(2) + ones(3), null!],
                _ => [grad_output * 2, null!],
            };
        }
    }
}
