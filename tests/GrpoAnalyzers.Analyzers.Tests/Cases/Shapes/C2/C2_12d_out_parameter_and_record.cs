// case: C2.12
// expect: GRPO002
// shape: the advantages leave a static method through an out array and are packed into records
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace OutParam;

public readonly record struct Item(long[] Ids, float Advantage);

public class OutTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public OutTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.RAdam(policy.parameters(), 1e-5);
    }

    private static void Standardise(ReadOnlySpan<float> x, out float[] z)
    {
        z = new float[x.Length];
        float mu = 0;
        foreach (var v in x) mu += v;
        mu /= x.Length;
        float ss = 0;
        foreach (var v in x) ss += (v - mu) * (v - mu);
        float sigma = MathF.Sqrt(ss / x.Length + 1e-8f);
        for (int i = 0; i < x.Length; i++)
            z[i] = {|GRPO002:(x[i] - mu) / sigma|};
    }

    private static List<Item> Pack(IList<long[]> answers, float[] scores)
    {
        Standardise(scores, out var z);
        var items = new List<Item>();
        for (int i = 0; i < answers.Count; i++)
            items.Add(new Item(answers[i], z[i]));
        return items;
    }

    public void Update(IList<long[]> answersOfOnePrompt, float[] scores)
    {
        var items = Pack(answersOfOnePrompt, scores);
        Tensor loss = torch.zeros(1);
        foreach (var item in items)
        {
            var ids = torch.tensor(item.Ids);
            var nll = functional.cross_entropy(policy.call(ids.unsqueeze(0)).squeeze(0), ids, reduction: Reduction.Sum);
            loss = loss + nll * item.Advantage;
        }

        loss = loss / items.Sum(i => i.Ids.Length);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
