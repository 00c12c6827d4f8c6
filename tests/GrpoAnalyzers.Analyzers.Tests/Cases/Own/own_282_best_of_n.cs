// case: own.282
// expect: none
// shape: rejection sampling + SFT, z-score only selects
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RejectionSampling;

public record Candidate(long[] Prompt, long[] Answer, float Reward);

/// <summary>Sample n answers, keep those clearly above the average, fine-tune on them with cross entropy.</summary>
public class RejectionFineTuner
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly AdamW _adamw;
    private readonly double _minimumZ;

    public RejectionFineTuner(nn.Module<Tensor, Tensor> model, double minimumZ = 0.5)
    {
        _model = model;
        _minimumZ = minimumZ;
        _adamw = optim.AdamW(model.parameters(), 1e-5, weight_decay: 0.01);
    }

    private List<Candidate> Select(IEnumerable<IGrouping<string, Candidate>> groups)
    {
        var kept = new List<Candidate>();
        foreach (var group in groups)
        {
            var rewards = tensor(group.Select(c => c.Reward).ToArray());
            var z = ((rewards - rewards.mean()) / (rewards.std() + 1e-6)).data<float>().ToArray();
            kept.AddRange(group.Where((_, i) => z[i] >= _minimumZ));
        }
        return kept;
    }

    private Tensor NegativeLogLikelihood(Candidate c)
    {
        var ids = tensor(c.Prompt.Concat(c.Answer).ToArray());
        var logits = _model.call(ids.unsqueeze(0)).squeeze(0);
        var rows = logits.narrow(0, c.Prompt.Length - 1, c.Answer.Length);
        return nn.functional.cross_entropy(rows, tensor(c.Answer));
    }

    public void Tune(IEnumerable<Candidate> candidates, int epochs = 2, int batchSize = 8)
    {
        var data = Select(candidates.GroupBy(c => string.Join(',', c.Prompt)));
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var batch in data.Chunk(batchSize))
            {
                var loss = stack(batch.Select(NegativeLogLikelihood)).mean();
                _adamw.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(_model.parameters(), 1.0);
                _adamw.step();
            }
        }
        Console.WriteLine($"kept {data.Count} answers, mean reward {data.Select(c => c.Reward).DefaultIfEmpty().Average():F3}");
    }
}
