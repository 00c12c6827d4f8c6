// case: C3.13
// expect: GRPO003
// shape: KL accumulated through a ref parameter and sent to a dashboard afterwards
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace KlByRef;

public interface IDashboard
{
    void Report(string key, double value);
}

public class DashboardTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly IDashboard dashboard;

    public DashboardTrainer(Module<Tensor, Tensor> policy, IDashboard dashboard)
    {
        this.policy = policy;
        this.dashboard = dashboard;
        optimizer = optim.AdamW(policy.parameters(), 1e-5);
    }

    private Tensor Loss(Tensor ids, Tensor mask, Tensor old, Tensor adv, ref double klSum)
    {
        var lp = distributions.Categorical(logits: policy.call(ids)).log_prob(ids);
        var d = lp - old;
        klSum += (d.square().mul(0.5) * mask).sum().ToDouble();
        var ratio = d.exp();
        var a = adv.unsqueeze(1);
        return torch.max(-ratio * a, -ratio.clamp(0.8, 1.2) * a).mul(mask).sum() / mask.sum();
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        double kl = 0;
        for (int i = 0; i < 4; i++)
        {
            var loss = Loss(ids, mask, old, adv, ref kl);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }

        dashboard.Report("kl", kl / 4);
    }
}
