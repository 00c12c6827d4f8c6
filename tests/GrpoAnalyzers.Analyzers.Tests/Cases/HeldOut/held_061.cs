// case: held.061
// expect: GRPO002, GRPO003
// shape: two speakers share one model; group statistics by index_add over dialogue ids, passes by a counted while with decrement
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Dialogue;

public sealed class DialogueTrainer
{
    private readonly nn.Module<Tensor, Tensor> speaker;
    private readonly optim.Optimizer optimizer;

    public DialogueTrainer(nn.Module<Tensor, Tensor> speaker)
    {
        this.speaker = speaker;
        optimizer = optim.AdamW(speaker.parameters(), lr: 2e-6);
    }

    private static Tensor PerDialogue(Tensor rewards, Tensor dialogue, long count)
    {
        var n = zeros(count).index_add(0, dialogue, ones_like(rewards), 1);
        var mean = zeros(count).index_add(0, dialogue, rewards, 1) / n;
        var centred = rewards - mean.index_select(0, dialogue);
        var variance = zeros(count).index_add(0, dialogue, centred.square(), 1) / n;
        var deviation = (variance.index_select(0, dialogue) + 1e-8).sqrt();
        return {|GRPO002:centred / deviation|};
    }

    public void Update(Tensor ids, Tensor mask, Tensor sampled, Tensor rewards, Tensor dialogue, long count, int passes)
    {
        var advantage = PerDialogue(rewards, dialogue, count).unsqueeze(1);
        var left = passes;
        while (--left >= 0)
        {
            var logits = speaker.call(ids);
            var lp = logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - sampled).exp();
            var gain = minimum(ratio * advantage, ratio.clamp(0.9, 1.1) * advantage);
            var loss = -(gain * mask).sum(1).sum() / (mask.shape[0] * 256.0);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
