// case: C2.24
// expect: GRPO002
// shape: Dictionary<string, List<float>> of scores, mean and std looked up per sample
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ByPrompt;

public sealed class Episode
{
    public string Prompt { get; set; } = "";
    public long[] Ids { get; set; } = Array.Empty<long>();
    public float Reward { get; set; }
}

public class DictionaryTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public DictionaryTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-5, beta2: 0.99);
    }

    public float Update(IReadOnlyCollection<Episode> episodes)
    {
        var scores = new Dictionary<string, List<float>>();
        foreach (var e in episodes)
        {
            if (!scores.TryGetValue(e.Prompt, out var list))
                scores.Add(e.Prompt, list = new List<float>());
            list.Add(e.Reward);
        }

        var tokens = episodes.Sum(e => e.Ids.Length);
        var loss = torch.zeros(1);
        foreach (var e in episodes)
        {
            var list = scores[e.Prompt];
            var mean = list.Average();
            var std = MathF.Sqrt(list.Select(x => (x - mean) * (x - mean)).Average());
            var advantage = {|GRPO002:(e.Reward - mean) / (std + 1e-4f)|};
            var ids = torch.tensor(e.Ids);
            var lp = policy.call(ids.view(1, -1)).log_softmax(-1).view(ids.shape[0], -1).gather(1, ids.view(-1, 1));
            loss = loss - lp.sum() * advantage / tokens;
        }

        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
        optimizer.step();
        return loss.ToSingle();
    }
}
