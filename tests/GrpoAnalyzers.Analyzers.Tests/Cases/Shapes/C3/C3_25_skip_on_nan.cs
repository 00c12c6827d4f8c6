// case: C3.25
// expect: GRPO003
// shape: continue only when the loss is NaN
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SkipNan;

public class SkipNanTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public SkipNanTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.RAdam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        var a = adv.unsqueeze(1);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var worst = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
            var loss = -(worst * mask).sum() / mask.sum() - 0.01 * (-(lp.exp() * lp) * mask).sum() / mask.sum();
            if (loss.isnan().item<bool>() || loss.isinf().item<bool>())
            {
                System.Console.WriteLine("NaN loss, step skipped");
                continue;
            }

            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
