// case: own.295
// expect: none
// shape: value error averaged by own length, policy by token mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Negotiation;

/// <summary>Actor-critic for a bargaining agent: one synchronous update a batch of dialogues.</summary>
public sealed class BargainingLearner
{
    private readonly Embedding _words;
    private readonly LSTM _reader;
    private readonly Linear _speak, _judge;
    private readonly AdamW _adamw;

    public BargainingLearner(long vocabulary, long width)
    {
        _words = nn.Embedding(vocabulary, width);
        _reader = nn.LSTM(width, width, batchFirst: true);
        _speak = nn.Linear(width, vocabulary);
        _judge = nn.Linear(width, 1);
        nn.Module[] parts = { _words, _reader, _speak, _judge };
        _adamw = optim.AdamW(parts.SelectMany(m => m.parameters()), 3e-4);
    }

    // words [B,T], own [B,T] is 1 where the agent speaks, profit [B]
    public (float policy, float value) Learn(Tensor words, Tensor own, Tensor profit)
    {
        var t = words.shape[1] - 1;
        var hidden = _reader.call(_words.call(words.narrow(1, 0, t))).Item1;
        var mask = own.narrow(1, 1, t);
        var logp = _speak.call(hidden).log_softmax(-1);
        var chosen = logp.gather(-1, words.narrow(1, 1, t).unsqueeze(-1)).squeeze(-1);
        var values = _judge.call(hidden).squeeze(-1);

        var advantage = (profit.unsqueeze(1) - values).detach();
        var policyLoss = -(chosen * advantage * mask).sum() / mask.sum();

        // the critic's error is averaged within a dialogue, then over dialogues
        var error = (values - profit.unsqueeze(1)).square() * mask;
        var valueLoss = (error.sum(1) / mask.sum(1).clamp_min(1)).mean();

        var entropy = -(logp.exp() * logp).sum(-1);
        var bonus = (entropy * mask).sum() / mask.sum();

        var loss = policyLoss + 0.5 * valueLoss - 0.01 * bonus;
        _adamw.zero_grad();
        loss.backward();
        _adamw.step();
        return (policyLoss.ToSingle(), valueLoss.ToSingle());
    }
}
