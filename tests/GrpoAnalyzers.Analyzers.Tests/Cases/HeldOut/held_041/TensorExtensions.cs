using TorchSharp;
using static TorchSharp.torch;

namespace Tuning;

public static class TensorExtensions
{
    public static Tensor ZScore(this Tensor x)
    {
        var centre = x.mean(new long[] { -1 }, keepdim: true);
        var spread = (x - centre).square().mean(new long[] { -1 }, keepdim: true).sqrt();
        return (x - centre) / (spread + 1e-6);
    }

    public static Tensor TokenLogProbs(this Tensor logits, Tensor ids)
        => logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}
