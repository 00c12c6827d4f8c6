// case: C1.20
// expect: none
// shape: the policy term is a token mean over the batch, only the KL penalty is a row mean
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace KlAlone;

public class KlAloneTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer optimizer;

    public KlAloneTrainer(Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        optimizer = optim.AdamW(actor.parameters(), lr: 1e-6);
    }

    public void Update(Tensor tokens, Tensor m, Tensor old, Tensor refLp, Tensor advantage)
    {
        var lp = actor.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = advantage.unsqueeze(-1);
        var pt = -torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var policyLoss = (pt * m).sum() / m.sum();
        var d = refLp - lp;
        var k3 = d.exp() - d - 1;
        var klLoss = ((k3 * m).sum(1) / m.sum(1)).mean();
        var loss = policyLoss + 0.04 * klLoss;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
