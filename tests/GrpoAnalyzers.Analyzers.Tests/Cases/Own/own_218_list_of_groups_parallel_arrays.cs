// case: own.218
// expect: GRPO002, GRPO003
// shape: static fields, explicit types, whole group tensors in lists, constant normaliser, nullable threshold that is only printed
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public static class HomeworkGrader
{
    private static optim.Optimizer? optimizer;
    private static readonly List<float> KlHistory = new List<float>();

    private static Tensor Relative(Tensor scores)
    {
        Tensor shifted = scores.sub(scores.mean());
        Tensor magnitude = shifted.norm().div(Math.Sqrt(scores.shape[0]));
        return {|GRPO002:shifted.div(magnitude.add(1e-5))|};
    }

    public static void Train(nn.Module<Tensor, Tensor> lm, List<Tensor> ids, List<Tensor> masks, List<Tensor> olds, List<Tensor> scores, int epochs, float? targetKl)
    {
        optimizer ??= optim.AdamW(lm.parameters(), lr: 1e-6);
        List<Tensor> advantages = new List<Tensor>();
        foreach (Tensor s in scores)
        {
            advantages.Add(Relative(s).unsqueeze(1));
        }

        for (int epoch = 0; epoch < epochs; epoch++)
        {
            for (int g = 0; g < ids.Count; g++)
            {
                Tensor lp = lm.call(ids[g]).log_softmax(-1).gather(-1, ids[g].unsqueeze(-1)).squeeze(-1);
                Tensor ratio = exp(lp - olds[g]);
                Tensor gain = min(ratio * advantages[g], clamp(ratio, 0.8, 1.2) * advantages[g]);
                Tensor loss = -(gain * masks[g]).sum() / 4096;
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
                float kl = ((olds[g] - lp) * masks[g]).mean().item<float>();
                KlHistory.Add(kl);
                if (targetKl.HasValue && kl > targetKl.Value)
                {
                    Console.WriteLine($"KL {kl} beyond {targetKl}");
                }
            }
        }
    }
}
