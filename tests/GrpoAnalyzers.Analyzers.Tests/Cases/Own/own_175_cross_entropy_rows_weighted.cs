// case: own.175
// expect: GRPO001, GRPO002
// shape: negative cross entropy with mean reduction per answer times a weight with the inverse deviation
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

public class WeightedImitation
{
    private readonly nn.Module<Tensor, Tensor> student;
    private readonly optim.Optimizer opt;

    public WeightedImitation(nn.Module<Tensor, Tensor> student)
    {
        this.student = student;
        opt = optim.AdamW(student.parameters(), lr: 1e-5);
    }

    public double Train(IReadOnlyList<(Tensor input, Tensor target)> answers, float[] scores)
    {
        var m = scores.Average();
        var s = 0.0;
        for (var i = 0; i < scores.Length; i++)
            s += Math.Pow(scores[i] - m, 2);
        s = Math.Sqrt(s / scores.Length) + 1e-6;

        var loss = zeros(1);
        for (var i = 0; i < answers.Count; i++)
        {
            var (input, target) = answers[i];
            var logits = student.call(input);
            var nll = {|GRPO001:F.cross_entropy(logits, target, reduction: nn.Reduction.Mean)|};
            var weight = (float)({|GRPO002:(scores[i] - m) / s|});
            loss += nll * weight;
        }

        loss /= answers.Count;
        opt.zero_grad();
        loss.backward();
        opt.step();
        return loss.item<float>();
    }
}
