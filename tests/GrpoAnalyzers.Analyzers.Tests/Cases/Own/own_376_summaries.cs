// case: own.376
// expect: GRPO001, GRPO002
// shape: summarisation, on-policy log-prob objective, generic reward model, async, one step per rollout
using System;
using System.Linq;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Summaries;

public interface ISampler { Task<SummaryBatch> SampleAsync(int documents, int drafts); }

public interface IFaithfulness<in TText> { Task<float> RateAsync(TText text); }

public sealed record SummaryBatch(Tensor Ids, Tensor Mask, string[] Texts);

public abstract class SummariserBase
{
    protected abstract nn.Module<Tensor, Tensor> Network { get; }

    protected Tensor LogP(Tensor ids)
    {
        var x = ids.slice(1, 0, ids.shape[1] - 1, 1);
        var y = ids.slice(1, 1, ids.shape[1], 1);
        return Network.call(x).log_softmax(-1).gather(-1, y.unsqueeze(-1)).squeeze(-1);
    }
}

public sealed class SummaryTrainer<TJudge> : SummariserBase where TJudge : IFaithfulness<string>
{
    readonly TJudge judge;
    readonly ISampler sampler;
    readonly optim.Optimizer radam;

    protected override nn.Module<Tensor, Tensor> Network { get; }

    public SummaryTrainer(nn.Module<Tensor, Tensor> network, TJudge judge, ISampler sampler)
    {
        Network = network;
        this.judge = judge;
        this.sampler = sampler;
        radam = optim.RAdam(network.parameters(), 2e-6);
    }

    static float[] Normalise(float[] scores, int drafts)
    {
        var result = new float[scores.Length];
        foreach (var start in Enumerable.Range(0, scores.Length / drafts).Select(k => k * drafts))
        {
            var group = scores.AsSpan(start, drafts).ToArray();
            float mean = group.Average();
            float sigma = MathF.Sqrt(group.Select(s => (s - mean) * (s - mean)).Average());
            for (int j = 0; j < drafts; j++)
                result[start + j] = {|GRPO002:(group[j] - mean) / (sigma + 1e-4f)|};
        }
        return result;
    }

    public async Task RunAsync(int iterations)
    {
        const int drafts = 6;
        for (int it = 0; it < iterations; it++)
        {
            var batch = await sampler.SampleAsync(16, drafts);
            var scores = await Task.WhenAll(batch.Texts.Select(judge.RateAsync));
            using var scope = NewDisposeScope();
            var adv = tensor(Normalise(scores, drafts));
            var m = batch.Mask.slice(1, 1, batch.Mask.shape[1], 1);
            var lp = LogP(batch.Ids) * m;
            var lengths = m.sum(1);
            var loss = -(adv * {|GRPO001:lp.sum(1).div(lengths)|}).mean();
            radam.zero_grad();
            loss.backward();
            radam.step();
        }
    }
}
