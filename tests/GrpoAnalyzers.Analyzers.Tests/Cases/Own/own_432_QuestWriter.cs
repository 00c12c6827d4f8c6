// case: own.432
// expect: GRPO003
// shape: game text, extension methods, token mean, centring, repeat method called in while loop
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace QuestWriter;

static class PolicyMath
{
    public static Tensor LogProbOf(this nn.Module<Tensor, Tensor> writer, Tensor tokens)
    {
        var x = tokens.narrow(1, 0, tokens.size(1) - 1);
        var y = tokens.narrow(1, 1, tokens.size(1) - 1);
        var z = writer.forward(x);
        return z.gather(2, y.unsqueeze(2)).squeeze(2) - z.logsumexp(2);
    }

    public static Tensor MaskedMean(this Tensor x, Tensor mask) => (x * mask).sum() / mask.sum();

    public static Tensor CentrePerQuest(this Tensor score, long lines)
    {
        var grouped = score.reshape(-1, lines);
        return (grouped - grouped.mean(new[] { 1L }, true)).reshape(-1, 1);
    }

    public static Tensor Pessimistic(this Tensor ratio, Tensor adv, double band)
        => (ratio * adv).minimum(ratio.clip(1.0 - band, 1.0 + band) * adv);
}

sealed class Memory
{
    public required Tensor Tokens { get; init; }
    public required Tensor Mask { get; init; }
    public required Tensor LogP { get; init; }
    public required Tensor Score { get; init; }
}

sealed class QuestTrainer
{
    const long LinesPerQuest = 6;
    readonly nn.Module<Tensor, Tensor> _writer;
    readonly optim.Optimizer _opt;

    public QuestTrainer(nn.Module<Tensor, Tensor> writer)
    {
        _writer = writer;
        _opt = optim.NAdam(writer.parameters(), lr: 2e-6);
    }

    Memory Remember(Tensor tokens, Tensor mask, Tensor score)
    {
        using var quiet = no_grad();
        return new Memory { Tokens = tokens, Mask = mask, Score = score, LogP = _writer.LogProbOf(tokens) };
    }

    float Pass(Memory m)
    {
        using var scope = NewDisposeScope();
        var adv = m.Score.CentrePerQuest(LinesPerQuest);
        var ratio = _writer.LogProbOf(m.Tokens).sub(m.LogP).mul(m.Mask).exp();
        var loss = ratio.Pessimistic(adv, 0.2).MaskedMean(m.Mask).neg();
        _opt.zero_grad();
        loss.backward();
        {|GRPO003:_opt.step()|};
        return loss.ToSingle();
    }

    public void Learn(IEnumerable<(Tensor tokens, Tensor mask, Tensor score)> evenings)
    {
        foreach (var (tokens, mask, score) in evenings)
        {
            var memory = Remember(tokens, mask, score);
            int passes = 0;
            while (passes < 5)
            {
                var value = Pass(memory);
                passes++;
                Console.WriteLine($"  pass {passes}: {value:f5}");
            }
        }
    }
}
