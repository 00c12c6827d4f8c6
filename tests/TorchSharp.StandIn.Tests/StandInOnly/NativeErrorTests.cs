using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

public class NativeErrorTests
{
    /// <summary>A wrong call, and a part of what Python says to it.</summary>
    public static TheoryData<string, string> WrongCalls => new()
    {
        { "add", "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0" },
        { "matmul", "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)" },
        { "mm", "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)" },
        { "bmm", "batch1 must be a 3D tensor" },
        { "cummax", "Dimension out of range (expected to be in range of [-1, 0], but got 4)" },
        { "cummin", "Dimension out of range (expected to be in range of [-1, 0], but got 4)" },
        { "sum", "Dimension out of range (expected to be in range of [-1, 0], but got 3)" },
        { "gather", "index 5 is out of bounds for dimension 1 with size 2" },
        { "gather type", "Expected dtype int64 for index" },
        { "select", "index 5 out of range for tensor of size [3] at dimension 0" },
        { "index", "index 7 is out of bounds for dimension 0 with size 3" },
        { "reshape", "shape '[7]' is invalid for input of size 3" },
        { "view", "view size is not compatible" },
        { "cat", "expected a non-empty list of Tensors" },
        { "einsum", "number of subscripts" },
        { "inverse", "singular" },
        { "mean of integers", "Input dtype must be either a floating point or complex dtype" },
        { "half", "not implemented for 'Half'" },
        { "mixed types", "expected scalar type Float but found Double" },
        { "leaf in place", "a leaf Variable that requires grad is being used in an in-place operation" },
        { "integer gradient", "Only Tensors of floating point and complex dtype can require gradients" },
        { "no graph", "does not require grad and does not have a grad_fn" },
        { "vector backward", "grad can be implicitly created only for scalar outputs" },
        { "second backward", "Trying to backward through the graph a second time" },
        { "unused", "One of the differentiated Tensors appears to not have been used in the graph" },
        { "changed in place", "has been modified by an inplace operation" },
        { "inference", "Inference tensors cannot be saved for backward" },
        { "multinomial", "invalid multinomial distribution" },
        { "too large", "can't allocate memory" },
        { "negative size", "negative dimension -3" },
        { "meta", "Cannot copy out of meta tensor" },
        { "null", "Expected Tensor but got None" },
        { "step", "step must be greater than zero" },
    };

    [Theory]
    [MemberData(nameof(WrongCalls))]
    public void A_wrong_call_throws_what_libtorch_says(string call, string message)
    {
        using var scope = NewDisposeScope();
        var failure = Assert.Throws<ExternalException>(() => Make(call));
        Assert.Contains(message, failure.Message);
        Assert.DoesNotContain("frame #", failure.Message);
    }

    [Fact]
    public void The_process_works_on_after_a_wrong_call()
    {
        _ = Assert.Throws<ExternalException>(() => ones(2) + ones(3));
        using var sum = ones(2) + ones(2);
        Assert.Equal([2f, 2f], sum.data<float>().ToArray());
    }

    [Fact]
    public void A_failing_call_leaks_nothing()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (ones(2), ones(3));
        var before = scope.DisposablesCount;
        for (var i = 0; i < 10; i++) _ = Assert.Throws<ExternalException>(() => a + b);
        Assert.Equal(before, scope.DisposablesCount);
    }

    [Fact]
    public void A_disposed_tensor_is_an_invalid_operation()
    {
        var tensor = ones(2);
        tensor.Dispose();
        foreach (var use in new Action[] { () => tensor.sum(), () => _ = tensor.shape, () => _ = tensor + 1, () => _ = ones(1) + tensor, () => tensor.backward(), () => cat([tensor]) })
        {
            Assert.Contains("empty handle", Assert.Throws<InvalidOperationException>(use).Message);
        }
    }

    [Fact]
    public void Item_takes_the_element_type_only()
    {
        using var one = ones(1);
        Assert.Equal(1f, one.item<float>());
        _ = Assert.Throws<ArgumentException>(() => one.item<double>());
        _ = Assert.Throws<ArgumentException>(() => one.data<long>());
        Assert.Equal(1.0, one.ToDouble());
        _ = Assert.Throws<ArgumentException>(() => ones(2).item<float>());
    }

    private static void Make(string call)
    {
        var x = ones(3, requires_grad: true);
        switch (call)
        {
            case "add": _ = ones(2) + ones(3); break;
            case "matmul": _ = matmul(ones(2, 3), ones(2, 3)); break;
            case "mm": _ = ones(2, 3).mm(ones(2, 3)); break;
            case "bmm": _ = ones(2, 3).bmm(ones(2, 3)); break;
            case "cummax": _ = ones(2).cummax(4); break;
            case "cummin": _ = ones(2).cummin(4); break;
            case "sum": _ = ones(2).sum(3); break;
            case "gather": _ = ones(2, 2).gather(1, tensor(new long[,] { { 5 }, { 5 } })); break;
            case "gather type": _ = ones(2, 2).gather(1, ones(2, 1)); break;
            case "select": _ = x[5]; break;
            case "index": _ = x[tensor(new long[] { 7 })]; break;
            case "reshape": _ = x.reshape(7); break;
            case "view": _ = ones(2, 3).transpose(0, 1).view(6); break;
            case "cat": _ = cat(Array.Empty<Tensor>()); break;
            case "einsum": _ = einsum("ij,jk->ik", x, x); break;
            case "inverse": _ = linalg.inv(zeros(2, 2)); break;
            case "mean of integers": _ = arange(3).mean(); break;
            case "half": _ = ones(2, 2, dtype: ScalarType.Float16).mm(ones(2, 2, dtype: ScalarType.Float16)); break;
            case "mixed types": _ = ones(2, 2).mm(ones(2, 2, dtype: ScalarType.Float64)); break;
            case "leaf in place": _ = x.add_(1); break;
            case "integer gradient": _ = ones(2, dtype: ScalarType.Int64, requires_grad: true); break;
            case "no graph": ones(1).backward(); break;
            case "vector backward": (x * 2).backward(); break;
            case "second backward":
                var loss = (x * x).sum();
                loss.backward();
                loss.backward();
                break;
            case "unused": _ = autograd.grad([x.sum()], [ones(1, requires_grad: true)]); break;
            case "changed in place":
                var hidden = x * 2;
                var product = (hidden * hidden).sum();
                _ = hidden.add_(1);
                product.backward();
                break;
            case "inference":
                Tensor constant;
                using (inference_mode()) constant = ones(3);
                _ = x * constant;
                break;
            case "multinomial": _ = zeros(3).multinomial(2); break;
            case "too large": _ = ones(1L << 50); break;
            case "negative size": _ = ones(-3); break;
            case "meta": _ = ones(1, device: META).item<float>(); break;
            case "null": _ = x.add((Tensor)null!); break;
            case "step": _ = x[TensorIndex.Slice(step: 0)]; break;
            default: throw new ArgumentException(call);
        }
    }
}
