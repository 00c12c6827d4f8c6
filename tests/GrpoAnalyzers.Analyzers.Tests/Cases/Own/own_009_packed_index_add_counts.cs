// case: own.009
// expect: GRPO001
// shape: packed [N] tokens, segment sums by index_add, counts by bincount
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PackedTrainer
{
    private readonly nn.Module<Tensor, Tensor> core;
    private readonly optim.Optimizer optimizer;

    public PackedTrainer(nn.Module<Tensor, Tensor> core)
    {
        this.core = core;
        optimizer = optim.AdamW(core.parameters(), lr: 1e-6);
    }

    public Tensor Update(Tensor packedIds, Tensor seqIndex, Tensor oldLp, Tensor rewards, Tensor promptOf, long numSeqs, long numPrompts)
    {
        var perPromptSum = zeros(numPrompts).index_add_(0, promptOf, rewards, 1);
        var perPromptCount = zeros(numPrompts).index_add_(0, promptOf, ones_like(rewards), 1);
        var baseline = (perPromptSum / perPromptCount).index_select(0, promptOf);
        var adv = (rewards - baseline).index_select(0, seqIndex);

        var lp = core.call(packedIds).log_softmax(-1).gather(-1, packedIds.unsqueeze(-1)).squeeze(-1);
        var r = exp(lp.sub(oldLp));
        var obj = torch.min(r.mul(adv), r.clamp(0.8, 1.2).mul(adv));
        var sums = zeros(numSeqs).index_add(0, seqIndex, obj, 1);
        var counts = zeros(numSeqs).index_add(0, seqIndex, ones_like(obj), 1);
        var loss = {|GRPO001:(sums / counts)|}.mean().neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.detach();
    }
}
