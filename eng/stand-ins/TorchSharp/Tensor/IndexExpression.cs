using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>
/// Index expressions, evaluated as Python does: numbers, slices, new dimensions and the ellipsis make a view, then tensors of indices and
/// masks pick from that view.
/// </summary>
internal static class IndexExpression
{
    internal static torch.Tensor Get(torch.Tensor tensor, ReadOnlySpan<torch.TensorIndex> indices)
    {
        using var scope = torch.NewDisposeScope();
        var (view, picks) = View(tensor, indices);
        var result = picks is null ? view : Op.Call("aten::index.Tensor", view, picks);
        if (ReferenceEquals(result, tensor)) result = Op.Call("aten::alias", tensor);
        return result.MoveToOuterDisposeScope();
    }

    internal static void Set(torch.Tensor tensor, torch.Tensor value, ReadOnlySpan<torch.TensorIndex> indices, bool accumulate)
    {
        using var scope = torch.NewDisposeScope();
        var (view, picks) = View(tensor, indices);
        if (value.device_type != view.device_type && value.numel() == 1) value = value.to(view.device);
        if (picks is not null)
        {
            Op.Run("aten::index_put_", view, picks, value.dtype == view.dtype ? value : value.to_type(view.dtype), accumulate);
        }
        else if (accumulate)
        {
            Op.Run("aten::add_.Tensor", view, value);
        }
        else
        {
            // Leading dimensions of size 1 that the view lacks are dropped, as in Python.
            while (value.dim() > view.dim() && value.size(0) == 1) value = Op.Call("aten::squeeze.dim", value, 0);
            Op.Run("aten::copy_", view, value);
        }
    }

    private static (torch.Tensor View, torch.Tensor?[]? Picks) View(torch.Tensor tensor, ReadOnlySpan<torch.TensorIndex> indices)
    {
        var view = tensor;
        var picks = new List<torch.Tensor?>();
        var any = false;
        var dimension = 0L;
        for (var i = 0; i < indices.Length; i++)
        {
            var index = indices[i];
            switch (index.Kind)
            {
                case torch.IndexKind.Slice:
                    if (index.StepValue <= 0) throw new ExternalException("step must be greater than zero");
                    if (index.StartValue is not null || index.StopValue is not null || index.StepValue is not null)
                    {
                        view = Op.Call("aten::slice.Tensor", view, dimension, index.StartValue, index.StopValue, index.StepValue ?? 1);
                    }

                    dimension++;
                    break;
                case torch.IndexKind.Ellipsis:
                    dimension += view.dim() - dimension - Consumed(indices[(i + 1)..]);
                    break;
                case torch.IndexKind.Null:
                    view = Op.Call("aten::unsqueeze", view, dimension++);
                    break;
                case torch.IndexKind.Single:
                    view = Op.Call("aten::select.int", view, dimension, index.StartValue);
                    break;
                case torch.IndexKind.Bool:
                    view = Op.Call("aten::unsqueeze", view, dimension);
                    Place(picks, dimension++, torch.tensor(new[] { index.StartValue != 0 }, device: tensor.device));
                    any = true;
                    break;
                case torch.IndexKind.Tensor:
                    var mask = index.Indices!;
                    Place(picks, dimension, mask.dtype == torch.ScalarType.Int32 ? mask.to_type(torch.ScalarType.Int64) : mask);
                    dimension += mask.dtype is torch.ScalarType.Bool or torch.ScalarType.Byte ? mask.dim() : 1;
                    any = true;
                    break;
            }
        }

        return (view, any ? picks.ToArray() : null);
    }

    // libtorch's list has an entry for each dimension before the last that is picked from, absent ones for whole dimensions.
    private static void Place(List<torch.Tensor?> picks, long dimension, torch.Tensor indices)
    {
        while (picks.Count < dimension) picks.Add(null);
        picks.Add(indices);
    }

    private static long Consumed(ReadOnlySpan<torch.TensorIndex> indices)
    {
        var dimensions = 0L;
        foreach (var index in indices)
        {
            dimensions += index.Kind switch
            {
                torch.IndexKind.Slice or torch.IndexKind.Single => 1,
                torch.IndexKind.Tensor => index.Indices!.dtype is torch.ScalarType.Bool or torch.ScalarType.Byte ? index.Indices.dim() : 1,
                _ => 0,
            };
        }

        return dimensions;
    }
}
