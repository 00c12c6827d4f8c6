// case: own.016
// expect: GRPO001, GRPO002
// shape: vision-language-action policy: action tokens of an episode averaged over the episode's valid steps
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class VlaPolicyTrainer
{
    private readonly nn.Module<Tensor, Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int episodesPerTask;

    public VlaPolicyTrainer(nn.Module<Tensor, Tensor, Tensor> policy, int episodesPerTask)
    {
        this.policy = policy;
        this.episodesPerTask = episodesPerTask;
        optimizer = optim.AdamW(new[] { new TorchSharp.Modules.AdamW.ParamGroup(policy.parameters()) }, lr: 5e-6);
    }

    // images [E, S, C], actions [E, S, K], finish [E]
    public void Update(Tensor images, Tensor actions, Tensor finishStep, Tensor oldLogProb, Tensor success)
    {
        var bins = policy.call(images, actions).log_softmax(-1);
        var lp = bins.gather(-1, actions.unsqueeze(-1)).squeeze(-1).sum(-1);
        var valid = arange(images.shape[1]).unsqueeze(0).le(finishStep.unsqueeze(1)).to_type(ScalarType.Float32);
        var perTask = success.reshape(-1, episodesPerTask);
        var spread = perTask.sub(perTask.mean(new long[] { 1 }, true)).pow(2).sum(1, keepdim: true).div(episodesPerTask - 1).sqrt();
        var adv = perTask.sub(perTask.mean(new long[] { 1 }, true)).{|GRPO002:div(spread + 1e-6)|}.reshape(-1, 1);
        var ratio = (lp - oldLogProb).exp();
        var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.28) * adv);
        var n = valid.sum(1).clamp(min: 1);
        var episode = {|GRPO001:(loss * valid).sum(1) * n.pow(-1)|};
        var total = episode.mean();
        optimizer.zero_grad();
        total.backward();
        optimizer.step();
    }
}
