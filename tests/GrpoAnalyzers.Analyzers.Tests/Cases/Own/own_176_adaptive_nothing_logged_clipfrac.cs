// case: own.176
// expect: GRPO001, GRPO003
// shape: clip fraction and KL gathered into a list for a dashboard, epochs from a configuration dictionary
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public interface IDashboard
{
    void Scalar(string name, double value);
}

public class SearchAgentTrainer
{
    private readonly nn.Module<Tensor, Tensor> agent;
    private readonly optim.Optimizer optimizer;
    private readonly IDashboard dashboard;
    private readonly IReadOnlyDictionary<string, double> config;

    public SearchAgentTrainer(nn.Module<Tensor, Tensor> agent, IDashboard dashboard, IReadOnlyDictionary<string, double> config)
    {
        this.agent = agent;
        this.dashboard = dashboard;
        this.config = config;
        optimizer = optim.AdamW(agent.parameters(), lr: config["lr"]);
    }

    public void Update(Tensor ids, Tensor actionMask, Tensor behaviour, Tensor rewards, int siblings)
    {
        var table = rewards.view(-1, siblings);
        var adv = (table - table.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);
        var epochs = (int)config["epochs"];
        var kls = new List<float>();
        var clipFractions = new List<float>();
        for (var e = 0; e < epochs; e++)
        {
            using var scope = NewDisposeScope();
            var lp = agent.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var logRatio = lp - behaviour;
            var ratio = logRatio.exp();
            var weighted = torch.minimum(ratio * adv, ratio.clamp(0.8, 1.25) * adv).mul(actionMask);
            var perAgent = {|GRPO001:weighted.sum(-1).true_divide(actionMask.sum(-1))|};
            var loss = perAgent.mean().mul(-1);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            using (no_grad())
            {
                kls.Add(((ratio - 1 - logRatio) * actionMask).mean().item<float>());
                clipFractions.Add((ratio - 1).abs().gt(0.2).to(float32).mean().item<float>());
            }
        }

        dashboard.Scalar("kl", kls.Average());
        dashboard.Scalar("clip", clipFractions.Average());
    }
}
