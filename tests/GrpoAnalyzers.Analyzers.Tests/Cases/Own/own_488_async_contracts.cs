// case: own.488
// expect: GRPO002
// shape: async iterator of rollouts, LINQ float advantages, constant normaliser, one update
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace ContractReview;

public record Finding(long[] Prompt, long[] Answer, double Reward);

public class ReviewTrainer
{
    const int MaxAnswer = 256;
    readonly nn.Module<Tensor, Tensor> lm;
    readonly optim.Optimizer opt;
    readonly Func<string, Task<Finding>> review;

    public ReviewTrainer(nn.Module<Tensor, Tensor> lm, Func<string, Task<Finding>> review)
    {
        this.lm = lm;
        this.review = review;
        opt = optim.AdamW(lm.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    async IAsyncEnumerable<Finding[]> Groups(IEnumerable<string> contracts, int perContract)
    {
        foreach (var c in contracts)
            yield return await Task.WhenAll(Enumerable.Range(0, perContract).Select(_ => review(c)));
    }

    static double[] Standardise(Finding[] group)
    {
        var mu = group.Average(f => f.Reward);
        var sigma = Math.Sqrt(group.Select(f => Math.Pow(f.Reward - mu, 2)).Average());
        return group.Select(f => {|GRPO002:(f.Reward - mu) / (sigma + 1e-4)|}).ToArray();
    }

    Tensor AnswerLogProb(Finding f)
    {
        var ids = tensor(f.Prompt.Concat(f.Answer).ToArray()).unsqueeze(0);
        var lp = lm.call(ids).log_softmax(-1);
        var slice = lp.narrow(1, f.Prompt.Length - 1, f.Answer.Length);
        return slice.gather(2, tensor(f.Answer).view(1, -1, 1)).sum();
    }

    public async Task TrainAsync(IEnumerable<string> contracts)
    {
        await foreach (var group in Groups(contracts, 8))
        {
            using var scope = NewDisposeScope();
            var adv = Standardise(group);
            opt.zero_grad();
            Tensor total = zeros(1);
            for (int i = 0; i < group.Length; i++)
                total = total - adv[i] * AnswerLogProb(group[i]);
            (total / (group.Length * MaxAnswer)).backward();
            opt.step();
        }
    }
}
