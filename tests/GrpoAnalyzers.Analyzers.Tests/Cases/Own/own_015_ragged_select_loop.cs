// case: own.015
// expect: GRPO001, GRPO002
// shape: LINQ over ragged tensors, advantage per prompt from a tuple-returning local function
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RaggedRunner
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly TorchSharp.Modules.AdamW optimizer;

    public RaggedRunner(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = torch.optim.AdamW(model.parameters(), 1e-6);
    }

    public void Run(IReadOnlyList<Tensor> ids, IReadOnlyList<Tensor> sampled, float[] scores)
    {
        (float mu, float sd) Moments(float[] xs)
        {
            var m = xs.Average();
            var v = xs.Select(x => (x - m) * (x - m)).Average();
            return (m, MathF.Sqrt(v));
        }

        var (mean, dev) = Moments(scores);
        var per = ids.Select((t, i) =>
        {
            var z = {|GRPO002:(scores[i] - mean) / MathF.Max(dev, 1e-6f)|};
            var lp = model.call(t.unsqueeze(0)).log_softmax(-1)[0].gather(1, t.unsqueeze(1)).squeeze(1);
            var rho = exp(lp - sampled[i]);
            var gain = minimum(rho * z, rho.clamp(0.8, 1.2) * z);
            return {|GRPO001:gain.sum() / gain.numel()|};
        }).ToList();
        var loss = -stack(per).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
