// case: C4.42
// expect: none
// shape: a penalty towards the old policy whose coefficient follows the KL within the loop
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace AdaptiveBeta;

public class AdaptiveBetaTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private double beta = 1.0;

    public AdaptiveBetaTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var d = lp - old;
            var ratio = d.exp();
            var kl = ((ratio - 1 - d) * mask).sum() / mask.sum();
            var a = adv.unsqueeze(1);
            var loss = beta * kl - (torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            var value = kl.ToDouble();
            if (value > 0.015)
                beta *= 2;
            else if (value < 0.005)
                beta /= 2;
        }
    }
}
