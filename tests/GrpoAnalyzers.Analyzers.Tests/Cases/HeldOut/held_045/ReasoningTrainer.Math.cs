using TorchSharp;
using static TorchSharp.torch;

namespace Reasoning;

public partial class ReasoningTrainer
{
    private static Tensor RowSum(Tensor x, Tensor mask) => (x * mask).sum(-1);

    private static Tensor Clipped(Tensor now, Tensor then, Tensor adv)
    {
        var ratio = (now - then).exp();
        return minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
    }

    private Tensor TokenLogProbs(Tensor ids)
    {
        var logits = student.call(ids);
        return logits.gather(-1, ids.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1);
    }
}
