// case: C3.17
// expect: GRPO003
// shape: early stop when the surrogate loss no longer falls
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LossStop;

public class LossStopTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LossStopTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int maxEpochs)
    {
        var best = double.MaxValue;
        var patience = 0;
        for (int epoch = 0; epoch < maxEpochs; epoch++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var a = adv.unsqueeze(-1);
            var loss = (torch.max(a * -ratio, a * -ratio.clamp(0.8, 1.2)) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            var value = loss.ToDouble();
            if (value < best)
            {
                best = value;
                patience = 0;
            }
            else if (++patience == 2)
                break;
        }
    }
}
