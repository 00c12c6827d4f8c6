// case: own.331
// expect: GRPO002
// shape: float arrays, running sums, inverse deviation multiplied; CISPO-like detached weights so repeated passes are no GRPO003; token sum over constant
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public static class RewardScaling
{
    public static float[] ScaleInPlace(float[] r, int groupSize)
    {
        for (int start = 0; start < r.Length; start += groupSize)
        {
            double s1 = 0, s2 = 0;
            for (int i = start; i < start + groupSize; i++)
            {
                s1 += r[i];
                s2 += (double)r[i] * r[i];
            }
            double mean = s1 / groupSize;
            double invStd = 1.0 / Math.Sqrt(Math.Max(s2 / groupSize - mean * mean, 1e-6));
            for (int i = start; i < start + groupSize; i++)
                r[i] = (float)({|GRPO002:(r[i] - mean) * invStd|});
        }
        return r;
    }
}

public class StoryTrainer
{
    const float MaxTokens = 512f;
    readonly nn.Module<Tensor, Tensor> author;
    readonly optim.Optimizer adam;

    public StoryTrainer(nn.Module<Tensor, Tensor> author)
    {
        this.author = author;
        adam = optim.Adam(author.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, float[] rewards, int groupSize)
    {
        var adv = tensor(RewardScaling.ScaleInPlace(rewards, groupSize)).unsqueeze(1);
        Tensor old;
        using (no_grad()) old = Lp(ids);
        for (int i = 0; i < 2; i++)
        {
            using var scope = NewDisposeScope();
            var lp = Lp(ids);
            Tensor w;
            using (no_grad())
                w = (lp.detach() - old).exp().clamp(0, 5);
            var loss = -(w * adv * lp * mask).sum() / (MaxTokens * ids.shape[0]);
            adam.zero_grad();
            loss.backward();
            adam.step();
        }
    }

    Tensor Lp(Tensor ids) => author.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}
