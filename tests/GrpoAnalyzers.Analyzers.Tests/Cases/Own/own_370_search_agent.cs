// case: own.370
// expect: GRPO002, GRPO003
// shape: iterator of minibatches, lambda loss, variance sqrt, max of negated terms, search agent
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace SearchAgent;

public sealed class Episode
{
    public Tensor Context = null!;
    public Tensor Labels = null!;
    public Tensor GeneratedMask = null!;
    public Tensor SampledLogp = null!;
    public Tensor Advantage = null!;
}

public sealed class SearchAgentTrainer
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer adamw;
    private readonly int epochs, batchSize, perQuestion;

    public SearchAgentTrainer(nn.Module<Tensor, Tensor> net, int epochs = 2, int batchSize = 16, int perQuestion = 8)
    {
        this.net = net;
        this.epochs = epochs;
        this.batchSize = batchSize;
        this.perQuestion = perQuestion;
        adamw = optim.AdamW(net.parameters(), 2e-6, weight_decay: 0.01);
    }

    private IEnumerable<Episode> Batches(Episode all)
    {
        for (var e = 0; e < epochs; e++)
        {
            var shuffled = randperm(all.Context.shape[0]);
            foreach (var rows in shuffled.split(batchSize))
            {
                yield return new Episode
                {
                    Context = all.Context[rows],
                    Labels = all.Labels[rows],
                    GeneratedMask = all.GeneratedMask[rows],
                    SampledLogp = all.SampledLogp[rows],
                    Advantage = all.Advantage[rows],
                };
            }
        }
    }

    public void Learn(Episode rollout, float[] exactMatch)
    {
        using var scope = NewDisposeScope();
        rollout.Advantage = Relative(exactMatch);

        Func<Episode, Tensor> loss = b =>
        {
            var logp = nn.functional.log_softmax(net.forward(b.Context), -1)
                .gather(-1, b.Labels.unsqueeze(-1)).squeeze(-1);
            var ratio = (logp - b.SampledLogp).exp();
            var first = -b.Advantage * ratio;
            var second = -b.Advantage * ratio.clamp(0.8, 1.25);
            var token = maximum(first, second);
            return (token * b.GeneratedMask).sum() / b.GeneratedMask.sum();
        };

        var steps = 0;
        foreach (var batch in Batches(rollout))
        {
            adamw.zero_grad();
            loss(batch).backward();
            var norm = nn.utils.clip_grad_norm_(net.parameters(), 1.0);
            {|GRPO003:adamw.step()|};
            steps++;
            if (steps % 10 == 0) Console.WriteLine($"step {steps} grad {norm:F3}");
        }
    }

    private Tensor Relative(float[] scores)
    {
        var r = tensor(scores).reshape(scores.Length / perQuestion, perQuestion);
        var mean = r.mean(new long[] { 1 }, keepdim: true);
        var variance = (r - mean).square().mean(new long[] { 1 }, keepdim: true);
        var scaled = {|GRPO002:(r - mean) / (variance.sqrt() + 1e-4)|};
        return scaled.reshape(-1, 1);
    }
}
