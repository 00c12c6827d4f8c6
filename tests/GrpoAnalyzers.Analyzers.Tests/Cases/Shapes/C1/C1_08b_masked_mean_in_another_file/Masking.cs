using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TwoFiles;

public sealed record Config(int GroupSize, double LearningRate = 1e-6, double ClipLow = 0.2, double ClipHigh = 0.2, double MaxGradNorm = 1.0);

internal static class Masking
{
    public static Tensor Mean(Tensor x, Tensor mask, long dim)
    {
        var total = (x * mask).sum(dim);
        var count = mask.sum(dim);
        return total / count;
    }
}

internal static class Advantages
{
    public static Tensor Centre(Tensor rewards, int groupSize)
    {
        var table = rewards.view(-1, groupSize);
        return (table - table.mean([1], keepdim: true)).view(-1, 1);
    }
}

internal static class LogProbs
{
    public static Tensor Of(Module<Tensor, Tensor> model, Tensor tokens) =>
        functional.log_softmax(model.call(tokens), -1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
}
