namespace TorchSharp;

public static partial class torch
{
    public static Tensor cdist(
        Tensor x1, Tensor x2, double p = 2, compute_mode compute_mode = compute_mode.use_mm_for_euclid_dist_if_necessary)
        => Op.Call("aten::cdist", x1, x2, p, compute_mode == compute_mode.use_mm_for_euclid_dist_if_necessary ? Arg.None : (long)compute_mode);

    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, Tensor bins, Tensor? weight = null, bool density = false)
        => Op.Call2("aten::histogram.bins_tensor", input, bins, weight, density);

    public static (Tensor hist, Tensor bin_edges) histogram(
        Tensor input, long bins, (double min, double max)? range = null, Tensor? weight = null, bool density = false)
        => Op.Call2("aten::histogram.bin_ct", input, bins, range is { } r ? new[] { r.min, r.max } : Arg.None, weight, density);
}
