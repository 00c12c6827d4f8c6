// case: own.379
// expect: GRPO002, GRPO003
// shape: go games as move strings, fluent options, in-place normalisation, do-while, minibatches over epochs
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Goban;

public sealed class GobanOptions
{
    public int GamesPerOpening { get; set; } = 16;
    public int Epochs { get; set; } = 4;
    public int Chunk { get; set; } = 64;
    public double Low { get; set; } = 0.2;
    public double High { get; set; } = 0.28;
    public GobanOptions With(Action<GobanOptions> change) { change(this); return this; }
}

public sealed record Games(Tensor Tokens, Tensor Mask, Tensor Result);

public sealed class GobanLearner
{
    readonly nn.Module<Tensor, Tensor> transformer;
    readonly GobanOptions options;
    readonly optim.Optimizer adamax;

    public GobanLearner(nn.Module<Tensor, Tensor> transformer, Action<GobanOptions> configure)
    {
        this.transformer = transformer;
        options = new GobanOptions().With(configure);
        adamax = optim.Adamax(transformer.parameters(), lr: 1e-5);
    }

    Tensor LogProbs(Tensor tokens)
    {
        long t = tokens.size(1);
        var dist = transformer.call(tokens.narrow(1, 0, t - 1)).log_softmax(2);
        return dist.gather(2, tokens.narrow(1, 1, t - 1).unsqueeze(2)).squeeze(2);
    }

    Tensor Advantages(Tensor result)
    {
        var a = result.to(float32).reshape(-1, options.GamesPerOpening).clone();
        a.sub_(a.mean(new long[] { 1 }, keepdim: true));
        var sd = a.std(1, unbiased: false, keepdim: true).add(1e-4);
        {|GRPO002:a.div_(sd)|};
        return a.flatten().detach();
    }

    public void Absorb(Games games)
    {
        Tensor behaviour;
        using (no_grad()) behaviour = LogProbs(games.Tokens).detach();
        var adv = Advantages(games.Result);
        var mask = games.Mask.narrow(1, 1, games.Mask.size(1) - 1);
        int epoch = 0;
        do
        {
            foreach (var rows in randperm(games.Tokens.size(0), ScalarType.Int64).split(options.Chunk))
            {
                using var scope = NewDisposeScope();
                var m = mask.index_select(0, rows);
                var a = adv.index_select(0, rows).unsqueeze(1);
                var ratio = LogProbs(games.Tokens.index_select(0, rows))
                    .sub(behaviour.index_select(0, rows))
                    .exp();
                var capped = ratio.clamp(1 - options.Low, 1 + options.High);
                var objective = ratio.mul(a).minimum(capped.mul(a)).mul(m).sum().div(m.sum());
                adamax.zero_grad();
                objective.neg().backward();
                {|GRPO003:adamax.step()|};
            }
        } while (++epoch < options.Epochs);
    }
}
