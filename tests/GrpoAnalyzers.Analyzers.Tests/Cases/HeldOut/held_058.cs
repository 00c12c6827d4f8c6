// case: held.058
// expect: GRPO001
// shape: multi-turn agent: each turn's tokens are averaged, turns are then averaged
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class TurnAgentTrainer
{
    public sealed class Turn
    {
        public Tensor Tokens { get; init; } = null!;
        public Tensor SampledLogProbs { get; init; } = null!;
    }

    public sealed class Episode
    {
        public List<Turn> Turns { get; } = new();
        public float Return { get; init; }
    }

    private readonly nn.Module<Tensor, Tensor> llm;
    private readonly optim.Optimizer optimizer;

    public TurnAgentTrainer(nn.Module<Tensor, Tensor> llm)
    {
        this.llm = llm;
        optimizer = optim.AdamW(llm.parameters(), lr: 1e-6);
    }

    public float Update(List<Episode> episodes)
    {
        var mean = episodes.Average(e => e.Return);
        var losses = new List<Tensor>();
        foreach (var ep in episodes)
        {
            var a = ep.Return - mean;
            foreach (var turn in ep.Turns)
            {
                var logits = llm.call(turn.Tokens.unsqueeze(0))[0];
                var lp = logits.log_softmax(-1).gather(1, turn.Tokens.unsqueeze(1)).flatten();
                var ratio = (lp - turn.SampledLogProbs).exp();
                var obj = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
                losses.Add(-{|GRPO001:obj.mean()|});
            }
        }

        var loss = stack(losses.ToArray()).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
