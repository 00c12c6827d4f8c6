// case: own.229
// expect: GRPO001, GRPO002
// shape: conversations of turns, token means per conversation in nested loops, optimiser injected by factory delegate built here
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class Conversation
{
    public List<(Tensor context, Tensor reply)> Turns { get; } = new();
    public double Reward { get; set; }
}

public class ConversationTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    private static optim.Optimizer Create(nn.Module m) => optim.AdamW(m.parameters(), lr: 2e-6, weight_decay: 0);

    public ConversationTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = Create(lm);
    }

    private Tensor Reply(Tensor context, Tensor reply)
    {
        var full = cat(new[] { context, reply });
        var logits = lm.call(full).narrow(0, context.shape[0] - 1, reply.shape[0]);
        return logits.log_softmax(-1).gather(1, reply.unsqueeze(1)).squeeze(1);
    }

    public void Learn(IList<Conversation> sameScenario)
    {
        var mean = sameScenario.Average(c => c.Reward);
        var std = Math.Sqrt(sameScenario.Average(c => (c.Reward - mean) * (c.Reward - mean))) + 1e-6;
        optimizer.zero_grad();
        foreach (var c in sameScenario)
        {
            using var scope = NewDisposeScope();
            var a = {|GRPO002:(c.Reward - mean) / std|};
            var sum = zeros(1);
            long tokens = 0;
            foreach (var (context, reply) in c.Turns)
            {
                sum = sum + Reply(context, reply).sum();
                tokens += reply.shape[0];
            }

            var loss = {|GRPO001:-a * sum / tokens|};
            (loss / sameScenario.Count).backward();
        }

        optimizer.step();
    }
}
