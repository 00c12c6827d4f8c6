// case: own.160
// expect: GRPO003
// shape: control PPO with clipped value loss and minibatch whitening, entropy bonus, KL only put into a metrics dictionary
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

public class ActorCritic : nn.Module<Tensor, (Tensor, Tensor)>
{
    private readonly nn.Module<Tensor, Tensor> body;
    private readonly Linear pi;
    private readonly Linear v;

    public ActorCritic(long obs, long actions) : base("ac")
    {
        body = nn.Sequential(nn.Linear(obs, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh());
        pi = nn.Linear(64, actions);
        v = nn.Linear(64, 1);
        RegisterComponents();
    }

    public override (Tensor, Tensor) forward(Tensor x)
    {
        var h = body.call(x);
        return (pi.call(h), v.call(h).squeeze(-1));
    }
}

public class CartPolePpo
{
    private readonly ActorCritic net;
    private readonly optim.Optimizer optimizer;
    public Dictionary<string, float> Metrics { get; } = new();

    public CartPolePpo(ActorCritic net) => (this.net, optimizer) = (net, optim.Adam(net.parameters(), lr: 2.5e-4, eps: 1e-5));

    public void Update(Tensor obs, Tensor actions, Tensor oldLp, Tensor advantages, Tensor returns, Tensor oldValues)
    {
        const int Epochs = 4;
        const int Parts = 4;
        for (var e = 0; e < Epochs; e++)
        {
            foreach (var ix in randperm(obs.shape[0]).chunk(Parts))
            {
                using var scope = NewDisposeScope();
                var (logits, values) = net.call(obs.index_select(0, ix));
                var all = logits.log_softmax(-1);
                var lp = all.gather(1, actions.index_select(0, ix).unsqueeze(1)).squeeze(1);
                var logRatio = lp - oldLp.index_select(0, ix);
                var ratio = logRatio.exp();
                var a = advantages.index_select(0, ix);
                a = (a - a.mean()) / (a.std() + 1e-8);
                var pgLoss = torch.max(-a * ratio, -a * torch.clamp(ratio, 0.8, 1.2)).mean();
                var ret = returns.index_select(0, ix);
                var ov = oldValues.index_select(0, ix);
                var vClipped = ov + (values - ov).clamp(-0.2, 0.2);
                var vLoss = 0.5 * torch.max((values - ret).pow(2), (vClipped - ret).pow(2)).mean();
                var entropy = -(all.exp() * all).sum(1).mean();
                var loss = pgLoss - 0.01 * entropy + 0.5 * vLoss;
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(net.parameters(), 0.5);
                {|GRPO003:optimizer.step()|};
                Metrics["approx_kl"] = (ratio - 1 - logRatio).mean().item<float>();
            }
        }
    }
}
