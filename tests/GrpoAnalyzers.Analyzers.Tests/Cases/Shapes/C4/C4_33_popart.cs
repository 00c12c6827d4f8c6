// case: C4.33
// expect: none
// shape: PopArt rescales the critic's head by running statistics
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace PopArt;

public class PopArtTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> body;
    private readonly Linear head = Linear(32, 1);
    private readonly optim.Optimizer optimizer;
    private Tensor mu = torch.zeros(1), sigma = torch.ones(1);

    public PopArtTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> body)
    {
        this.actor = actor;
        this.body = body;
        optimizer = optim.Adam([.. actor.parameters(), .. body.parameters(), .. head.parameters()], 3e-4);
    }

    private void Rescale(Tensor returns)
    {
        using var _ = no_grad();
        var newMu = 0.99 * mu + 0.01 * returns.mean();
        var newSigma = 0.99 * sigma + 0.01 * returns.std();
        head.weight!.mul_(sigma / newSigma);
        head.bias!.mul_(sigma).add_(mu - newMu).div_(newSigma);
        mu = newMu;
        sigma = newSigma;
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor returns)
    {
        Rescale(returns);
        var normalised = head.call(body.call(obs)).squeeze(-1);
        var valueLoss = (normalised - (returns - mu) / sigma).square().mean();
        var adv = returns - (normalised.detach() * sigma + mu);
        var lp = actor.call(obs).log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var loss = valueLoss - torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
