// case: C3.18
// expect: none
// shape: old log-probs are computed anew in every round from the current policy: GRPO201's
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Recomputed;

public class RecomputedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RecomputedTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    private Tensor LogProbs(Tensor ids) => policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public void Update(Tensor ids, Tensor mask, Tensor adv, int epochs)
    {
        for (int e = 0; e < epochs; e++)
        {
            Tensor old;
            using (no_grad())
                old = LogProbs(ids);
            var ratio = torch.exp(LogProbs(ids) - old);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
