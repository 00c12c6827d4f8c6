// case: C4.13
// expect: none
// shape: preference loss on length-normalised log-probs
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SimPo;

public class SimPoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public SimPoTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 5e-7);
    }

    private Tensor MeanLogProb(Tensor ids, Tensor mask)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return (lp * mask).sum(1) / mask.sum(1);
    }

    public void Update(Tensor chosen, Tensor chosenMask, Tensor rejected, Tensor rejectedMask)
    {
        var margin = 2.0 * (MeanLogProb(chosen, chosenMask) - MeanLogProb(rejected, rejectedMask)) - 1.0;
        var loss = -functional.logsigmoid(margin).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
