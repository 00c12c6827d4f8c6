// case: own.302
// expect: GRPO001, GRPO002, GRPO003
// shape: ragged completions, LINQ statistics on float rewards, gradient accumulation over completions, one step per pass
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class Sample
{
    public required long[] Prompt { get; init; }
    public required long[] Completion { get; init; }
    public double Reward { get; init; }
    public Tensor? BehaviourLogp { get; set; }
}

public class MathTutor
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer adam;

    public MathTutor(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        adam = optim.Adam(net.parameters(), lr: 5e-6, beta1: 0.9, beta2: 0.99);
    }

    private Tensor LogpOf(Sample s)
    {
        var all = tensor(s.Prompt.Concat(s.Completion).ToArray());
        var logits = net.forward(all.unsqueeze(0))[0];
        var start = s.Prompt.Length - 1;
        var picked = logits[TensorIndex.Slice(start, start + s.Completion.Length)];
        var ids = tensor(s.Completion);
        return picked.log_softmax(1).gather(1, ids.view(-1, 1)).view(-1);
    }

    public static (double accuracy, double meanLength, double spread) Summarise(IReadOnlyList<Sample> samples)
    {
        var accuracy = samples.Count(s => s.Reward >= 1) / (double)samples.Count;
        var length = samples.Average(s => s.Completion.Length);
        var spread = samples.GroupBy(s => string.Join(",", s.Prompt))
            .Select(g => g.Max(s => s.Reward) - g.Min(s => s.Reward))
            .DefaultIfEmpty()
            .Average();
        return (accuracy, length, spread);
    }

    public IEnumerable<double> Improve(IEnumerable<IGrouping<string, Sample>> groups, int passes = 2)
    {
        foreach (var g in groups)
        {
            var samples = g.ToArray();
            var mu = samples.Average(s => s.Reward);
            var sd = Math.Sqrt(samples.Select(s => Math.Pow(s.Reward - mu, 2)).Average());
            var advantages = samples.Select(s => {|GRPO002:(s.Reward - mu) / (sd + 1e-6)|}).ToArray();

            using (no_grad())
            {
                foreach (var s in samples)
                    s.BehaviourLogp = LogpOf(s);
            }

            for (int pass = 0; pass < passes; pass++)
            {
                adam.zero_grad();
                double total = 0;
                for (int i = 0; i < samples.Length; i++)
                {
                    using var scope = NewDisposeScope();
                    var ratio = (LogpOf(samples[i]) - samples[i].BehaviourLogp!).exp();
                    var gain = minimum(ratio * advantages[i], ratio.clamp(0.8, 1.2) * advantages[i]);
                    var loss = {|GRPO001:-gain.sum() / samples[i].Completion.Length|};
                    (loss / samples.Length).backward();
                    total += loss.ToDouble();
                }
                nn.utils.clip_grad_norm_(net.parameters(), 0.5);
                {|GRPO003:adam.step()|};
                yield return total / samples.Length;
            }
        }
    }
}
