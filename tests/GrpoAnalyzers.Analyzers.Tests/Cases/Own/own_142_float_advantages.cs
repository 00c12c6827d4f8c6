// case: own.142
// expect: GRPO002
// shape: float statistics in static methods of another class
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Q03;

public static class Stats
{
    public static float Mean(float[] xs)
    {
        float s = 0;
        foreach (var x in xs) s += x;
        return s / xs.Length;
    }

    public static float StdDev(float[] xs)
    {
        var m = Mean(xs);
        double acc = 0;
        for (int i = 0; i < xs.Length; i++) acc += (xs[i] - m) * (xs[i] - m);
        return (float)Math.Sqrt(acc / xs.Length);
    }

    public static float[] GroupNormalise(float[] xs)
    {
        var m = Mean(xs);
        var s = StdDev(xs) + 1e-6f;
        var y = new float[xs.Length];
        for (int i = 0; i < xs.Length; i++) y[i] = {|GRPO002:(xs[i] - m) / s|};
        return y;
    }
}

public sealed class FloatTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly Func<Tensor, float[]> score;
    private readonly optim.Optimizer optimizer;

    public FloatTrainer(nn.Module<Tensor, Tensor> model, Func<Tensor, float[]> score)
    {
        this.model = model;
        this.score = score;
        optimizer = optim.Adamax(model.parameters(), 1e-5);
    }

    public float TrainOnPrompt(Tensor completions, Tensor mask)
    {
        var rewards = score(completions);
        var adv = tensor(Stats.GroupNormalise(rewards), device: completions.device).view(-1, 1);
        var logits = model.call(completions);
        var logp = logits.log_softmax(-1).gather(-1, completions.unsqueeze(-1)).squeeze(-1);
        var loss = -(logp * adv * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
