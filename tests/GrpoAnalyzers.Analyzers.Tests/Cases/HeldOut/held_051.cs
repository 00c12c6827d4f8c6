// case: held.051
// expect: GRPO002
// shape: tool-use trainer: observation tokens masked out, token mean over the batch, standardised within the task's attempts
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ToolUseTrainer
{
    public sealed class Attempt
    {
        public long[] Tokens = Array.Empty<long>();
        public float[] LogProbs = Array.Empty<float>();
        public bool[] FromModel = Array.Empty<bool>();
        public double Outcome;
        public double FormatBonus;
    }

    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public ToolUseTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6, weight_decay: 0.01);
    }

    private static double[] Standardise(IReadOnlyList<Attempt> attempts)
    {
        var rewards = attempts.Select(a => a.Outcome + 0.1 * a.FormatBonus).ToArray();
        var mean = rewards.Sum() / rewards.Length;
        var sq = 0.0;
        foreach (var r in rewards)
        {
            sq += Math.Pow(r - mean, 2);
        }

        var sd = Math.Sqrt(sq / rewards.Length) + 1e-6;
        for (var i = 0; i < rewards.Length; i++)
        {
            rewards[i] = {|GRPO002:(rewards[i] - mean) / sd|};
        }

        return rewards;
    }

    public void Train(IReadOnlyList<Attempt> attempts)
    {
        var adv = Standardise(attempts);
        var losses = new List<Tensor>();
        var tokens = 0;
        for (var i = 0; i < attempts.Count; i++)
        {
            var ids = tensor(attempts[i].Tokens);
            var gate = tensor(attempts[i].FromModel.Select(b => b ? 1f : 0f).ToArray());
            var lp = model.call(ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(1, ids.unsqueeze(1)).squeeze(1);
            var ratio = (lp - tensor(attempts[i].LogProbs)).exp();
            var obj = minimum(ratio * adv[i], ratio.clamp(0.8, 1.2) * adv[i]);
            losses.Add(-(obj * gate).sum());
            tokens += attempts[i].FromModel.Count(b => b);
        }

        var loss = stack(losses).sum() / tokens;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
