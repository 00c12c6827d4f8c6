// case: own.422
// expect: none
// shape: functional async, old log-probs re-collected with fresh samples before every step, constant normaliser
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Translate.Rl;

public record Draft(long[] Ids, int Source, float[] SampledLogp, float Bleu);

public delegate Task<IReadOnlyList<Draft>> Sampler(nn.Module<Tensor, Tensor> model, string sentence, int count);

public sealed record Config(int StepsPerSentence = 4, int Count = 8, double MaxLength = 256);

public sealed class Translator
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Sampler _sample;
    private readonly Config _config;
    private readonly optim.Optimizer _adam;

    public Translator(nn.Module<Tensor, Tensor> model, Sampler sample, Config config)
    {
        (_model, _sample, _config) = (model, sample, config);
        _adam = optim.Adam(model.parameters(), lr: 1e-6);
    }

    private Tensor Gain(Draft d, float baseline)
    {
        var n = d.SampledLogp.Length;
        var ids = tensor(d.Ids);
        var logp = _model.call(ids.unsqueeze(0)).squeeze(0)
            .narrow(0, d.Source - 1, n).log_softmax(1)
            .gather(1, ids.narrow(0, d.Source, n).unsqueeze(1)).squeeze(1);
        var ratio = (logp - tensor(d.SampledLogp)).exp();
        var adv = d.Bleu - baseline;
        return torch.minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).sum() / _config.MaxLength;
    }

    private float Step(IReadOnlyList<Draft> drafts)
    {
        using var scope = NewDisposeScope();
        var baseline = drafts.Average(d => d.Bleu);
        var loss = -stack(drafts.Select(d => Gain(d, baseline))).mean();
        _adam.zero_grad();
        loss.backward();
        _adam.step();
        return loss.ToSingle();
    }

    public async IAsyncEnumerable<(string Sentence, float Loss)> Learn(IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences)
            for (var i = 0; i < _config.StepsPerSentence; i++)
            {
                // new drafts from the current weights, with their own log-probabilities
                var drafts = await _sample(_model, sentence, _config.Count);
                yield return (sentence, Step(drafts));
            }
    }
}
