// case: own.116
// expect: GRPO002
// shape: jagged double arrays, two passes by hand in a static local function, tensors built per prompt
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class JaggedTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public JaggedTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95, weight_decay: 0.1);
    }

    public void Step(Tensor ids, Tensor mask, double[][] rewardsByPrompt)
    {
        static double Deviation(double[] xs, double mean)
        {
            var acc = 0.0;
            foreach (var x in xs)
            {
                acc += Math.Abs(x - mean) * Math.Abs(x - mean);
            }

            return Math.Pow(acc / (xs.Length - 1), 0.5);
        }

        var flat = new List<float>();
        for (var p = 0; p < rewardsByPrompt.Length; p++)
        {
            var rs = rewardsByPrompt[p];
            var mu = rs.Sum() / rs.Length;
            var sd = Deviation(rs, mu);
            for (var i = 0; i < rs.Length; i++)
            {
                flat.Add((float)({|GRPO002:(rs[i] - mu) / (sd + 1e-4)|}));
            }
        }

        var adv = tensor(flat.ToArray()).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -((lp - lp.detach()).exp() * adv * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
