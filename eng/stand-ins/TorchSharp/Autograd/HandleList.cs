namespace TorchSharp;

/// <summary>Tensors as an array of borrowed handles.</summary>
internal static class HandleList
{
    internal static nint[] Of(IList<torch.Tensor> tensors)
    {
        var handles = new nint[tensors.Count];
        for (var i = 0; i < handles.Length; i++) handles[i] = tensors[i] is { } tensor ? tensor.Handle : 0;
        return handles;
    }

    /// <summary>Wraps handles in an array that the shim allocated, taking over the references and the array; undefined tensors are null.</summary>
    internal static unsafe List<torch.Tensor> Take(nint* handles, int count)
    {
        var tensors = new List<torch.Tensor>(count);
        for (var i = 0; i < count; i++) tensors.Add(handles[i] == 0 ? null! : new torch.Tensor(handles[i]));
        Shim.shim_free(handles);
        return tensors;
    }
}
