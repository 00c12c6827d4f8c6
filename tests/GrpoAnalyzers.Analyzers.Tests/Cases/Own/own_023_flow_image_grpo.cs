// case: own.023
// expect: GRPO002, GRPO003
// shape: image diffusion by GRPO: Gaussian denoising steps as actions, several optimisation steps on the same latents
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class FlowGrpo
{
    private readonly nn.Module<Tensor, Tensor, Tensor> velocity;
    private readonly optim.Optimizer optimizer;
    private readonly double sigma = 0.7;

    public FlowGrpo(nn.Module<Tensor, Tensor, Tensor> velocity)
    {
        this.velocity = velocity;
        optimizer = optim.AdamW(velocity.parameters(), lr: 3e-4);
    }

    private Tensor StepLogProb(Tensor latents, Tensor t, Tensor next)
    {
        var mean = latents + velocity.call(latents, t) * 0.1;
        return (-(next - mean).pow(2) / (2 * sigma * sigma) - Math.Log(sigma)).mean(new long[] { 1, 2, 3 });
    }

    public void TrainOnSamples(Tensor latents, Tensor nextLatents, Tensor times, Tensor oldLogProbs, Tensor imageRewards, int imagesPerPrompt, int innerEpochs)
    {
        var perPrompt = imageRewards.view(-1, imagesPerPrompt);
        var mu = perPrompt.mean(new long[] { 1 }, keepdim: true);
        var adv = {|GRPO002:(perPrompt - mu).true_divide(perPrompt.std(1, keepdim: true) + 1e-4)|}.clamp(-5, 5).view(-1);
        for (var e = 0; e < innerEpochs; e++)
        {
            for (var j = 0; j < times.shape[0]; j++)
            {
                var lp = StepLogProb(latents.select(1, j), times[j], nextLatents.select(1, j));
                var ratio = (lp - oldLogProbs.select(1, j)).exp();
                var unclippedLoss = -adv * ratio;
                var clippedLoss = -adv * ratio.clamp(1.0 - 1e-4, 1.0 + 1e-4);
                var loss = torch.max(unclippedLoss, clippedLoss).mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
