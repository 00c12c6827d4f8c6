// case: own.166
// expect: GRPO001, GRPO002
// shape: summed rewards of a list of delegates, nested arrays by prompt, per-row masked select and stack
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class CaptionTrainer
{
    public delegate float RewardFunction(string caption, string image);

    private readonly nn.Module<Tensor, Tensor, Tensor> captioner;
    private readonly List<RewardFunction> rewardFunctions;
    private readonly optim.Optimizer optimizer;

    public CaptionTrainer(nn.Module<Tensor, Tensor, Tensor> captioner, params RewardFunction[] rewards)
    {
        this.captioner = captioner;
        rewardFunctions = rewards.ToList();
        optimizer = optim.AdamW(captioner.parameters(), lr: 2e-6);
    }

    private float[] Standardise(float[] x)
    {
        var mean = x.Average();
        var std = MathF.Sqrt(x.Select(v => (v - mean) * (v - mean)).Average());
        return x.Select(v => {|GRPO002:(v - mean) / (std + 1e-4f)|}).ToArray();
    }

    public void Train(string[] images, string[][] captions, Tensor pixels, Tensor ids, Tensor mask)
    {
        var advantages = new List<float>();
        for (var p = 0; p < images.Length; p++)
        {
            var image = images[p];
            var rewards = captions[p].Select(c => rewardFunctions.Sum(f => f(c, image))).ToArray();
            advantages.AddRange(Standardise(rewards));
        }

        var adv = tensor(advantages.ToArray());
        var lp = captioner.call(pixels, ids).log_softmax(-1).gather(2, ids.unsqueeze(2)).squeeze(2);
        var rows = new List<Tensor>();
        for (var i = 0; i < ids.shape[0]; i++)
        {
            var own = lp[i].masked_select(mask[i].to(ScalarType.Bool));
            rows.Add({|GRPO001:(own * adv[i]).mean()|});
        }

        var loss = stack(rows).mean().neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
