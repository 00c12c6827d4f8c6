// case: own.262
// expect: GRPO001, GRPO003
// shape: async iterator, ragged, leave-one-out
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UnitTestWriter;

public sealed record Attempt(long[] Context, long[] Code, Tensor SampledLogProb)
{
    public float Reward { get; set; }
}

public interface ISandbox
{
    Task<double> PassRateAsync(long[] code, CancellationToken token);
}

public interface ISampler
{
    Attempt Sample(long[] context);
}

public sealed class OnlineTrainer
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly ISampler _sampler;
    private readonly ISandbox _sandbox;
    private readonly optim.Optimizer _adam;

    public OnlineTrainer(nn.Module<Tensor, Tensor> model, ISampler sampler, ISandbox sandbox)
    {
        _model = model;
        _sampler = sampler;
        _sandbox = sandbox;
        _adam = optim.Adam(model.parameters(), lr: 1e-5);
    }

    private async IAsyncEnumerable<List<Attempt>> CollectAsync(IEnumerable<long[]> contexts, int k, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var context in contexts)
        {
            var attempts = Enumerable.Range(0, k).Select(_ => _sampler.Sample(context)).ToList();
            var graded = await Task.WhenAll(attempts.Select(a => _sandbox.PassRateAsync(a.Code, token)));
            for (var i = 0; i < k; i++) attempts[i].Reward = (float)graded[i];
            yield return attempts;
        }
    }

    private Tensor LogProb(Attempt a)
    {
        var ids = tensor(a.Context.Concat(a.Code).ToArray());
        var logits = _model.call(ids.unsqueeze(0)).squeeze(0);
        var rows = logits.narrow(0, a.Context.Length - 1, a.Code.Length);
        return -nn.functional.cross_entropy(rows, tensor(a.Code), reduction: nn.Reduction.None);
    }

    private Tensor AttemptLoss(Attempt a, float advantage)
    {
        var ratio = (LogProb(a) - a.SampledLogProb).exp();
        var worst = torch.min(ratio * advantage, ratio.clip(0.8, 1.2) * advantage);
        return {|GRPO001:worst.mean()|}.neg();
    }

    public async Task RunAsync(IEnumerable<long[]> contexts, CancellationToken token = default)
    {
        await foreach (var group in CollectAsync(contexts, k: 4, token))
        {
            var total = group.Sum(a => a.Reward);
            var others = group.Count - 1;
            var advantages = group.Select(a => a.Reward - (total - a.Reward) / others).ToArray();
            if (advantages.All(x => Math.Abs(x) < 1e-6f)) continue;

            for (var epoch = 0; epoch < 4; epoch++)
            {
                _adam.zero_grad();
                var loss = stack(group.Select((a, i) => AttemptLoss(a, advantages[i]))).mean();
                loss.backward();
                {|GRPO003:_adam.step()|};
            }
            Console.WriteLine($"pass rate {total / group.Count:P1}, longest {group.Max(a => a.Code.Length)}");
        }
    }
}
