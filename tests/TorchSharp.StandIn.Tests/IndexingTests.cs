using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

public class IndexingTests
{
    // 0 1 2 3 / 4 5 6 7 / 8 9 10 11
    private readonly Tensor grid = arange(12, dtype: ScalarType.Float64).reshape(3, 4);

    [Fact]
    public void Numbers_pick_from_the_front_and_from_the_end()
    {
        Equal([4, 5, 6, 7], [4], grid[1]);
        Equal([8, 9, 10, 11], [4], grid[-1]);
        Equal([8, 9, 10, 11], [4], grid[^1]);
        Equal([6], [], grid[1, 2]);
    }

    [Fact]
    public void Slices_and_ranges_pick_rows_and_columns()
    {
        Equal([1, 2, 5, 6, 9, 10], [3, 2], grid[TensorIndex.Colon, TensorIndex.Slice(1, 3)]);
        Equal([1, 2, 5, 6, 9, 10], [3, 2], grid[.., 1..3]);
        Equal([3, 7, 11], [3, 1], grid[.., ^1..]);
        Equal([0, 4, 8], [3, 1], grid[.., ..^3]);
        Equal([0, 2, 8, 10], [2, 2], grid[TensorIndex.Slice(step: 2), TensorIndex.Slice(0, null, 2)]);
        Equal([4, 5, 6, 7, 8, 9, 10, 11], [2, 4], grid[TensorIndex.Slice((1, null))]);
    }

    [Fact]
    public void The_ellipsis_stands_for_the_dimensions_between()
    {
        Equal([3, 7, 11], [3], grid[TensorIndex.Ellipsis, -1]);
        var cube = arange(24).reshape(2, 3, 4);
        Equal([3, 7, 11], [3], cube[0, TensorIndex.Ellipsis, 3]);
    }

    [Fact]
    public void Null_inserts_a_dimension()
    {
        Equal([0, 1, 2, 3], [1, 4], grid[TensorIndex.Null, 0]);
        Equal([0, 4, 8], [3, 1], grid[TensorIndex.Colon, TensorIndex.Slice(0, 1), TensorIndex.Null][TensorIndex.Ellipsis, 0]);
    }

    [Fact]
    public void Tensors_of_indices_and_masks_pick_elements()
    {
        Equal([8, 9, 10, 11, 0, 1, 2, 3], [2, 4], grid[tensor(new long[] { 2, 0 })]);
        Equal([0, 5, 10], [3], grid[tensor(new long[] { 0, 1, 2 }), tensor(new long[] { 0, 1, 2 })]);
        Equal([9, 10, 11], [3], grid[grid > 8]);
        Equal([1, 3, 5, 7, 9, 11], [3, 2], grid[TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 1, 3 }))]);
        Equal([8, 9, 10, 11], [1, 4], grid[TensorIndex.Tensor(tensor(new[] { false, false, true }))]);
        Equal([1, 0], [2], grid[TensorIndex.Single(0), TensorIndex.Tensor(tensor(new[] { 1, 0 }))]);
    }

    [Fact]
    public void Views_share_memory_and_picked_elements_do_not()
    {
        _ = grid[0].fill_(7);
        Assert.Equal(7.0, grid[0, 0].item<double>());
        _ = grid[tensor(new long[] { 1 })].fill_(7);
        Assert.Equal(4.0, grid[1, 0].item<double>());
    }

    [Fact]
    public void Assignment_writes_into_the_tensor()
    {
        grid[1] = tensor(-1.0);
        grid[0, 1] = tensor(-2.0);
        grid[.., 3] = tensor(new[] { 20.0, 21, 22 });
        grid[grid == 8] = (Tensor)100.0;
        Equal([0, -2, 2, 20, -1, -1, -1, 21, 100, 9, 10, 22], [3, 4], grid);
    }

    [Fact]
    public void Index_put_accumulates_when_asked()
    {
        using var counts = zeros(3);
        _ = counts.index_put_(ones(4), [tensor(new long[] { 0, 2, 2, 2 })], accumulate: true);
        Equal([1, 0, 3], [3], counts);
        _ = counts.index_put_((Scalar)5, tensor(new long[] { 1 }));
        Equal([1, 5, 3], [3], counts);
    }

    [Fact]
    public void A_gradient_goes_to_the_elements_that_were_picked()
    {
        using var x = ones(4, requires_grad: true);
        (x[1..3] * 2).sum().backward();
        Equal([0, 2, 2, 0], [4], x.grad!);
    }

    [Fact]
    public void A_whole_slice_is_a_tensor_of_its_own()
    {
        var same = grid[TensorIndex.Colon];
        same.Dispose();
        Assert.False(grid.IsInvalid);
    }

    private static void Equal(double[] values, long[] shape, Tensor tensor)
    {
        Assert.Equal(shape, tensor.shape);
        Assert.Equal(values, tensor.to_type(ScalarType.Float64).data<double>().ToArray());
    }
}
