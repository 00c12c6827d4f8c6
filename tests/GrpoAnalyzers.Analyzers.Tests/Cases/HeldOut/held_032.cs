// case: held.032
// expect: none
// shape: ReMax: the greedy completion's reward is the baseline, std computed for an assertion
using System;
using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

public class ReMaxTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public ReMaxTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor sampledReward, Tensor greedyReward)
    {
        var adv = (sampledReward - greedyReward).unsqueeze(1);
        Debug.Assert(sampledReward.std().item<float>() >= 0, "spread");
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(adv * lp * mask).sum(1).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
