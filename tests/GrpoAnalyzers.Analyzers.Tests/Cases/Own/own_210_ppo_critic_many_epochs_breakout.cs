// case: own.210
// expect: GRPO003
// shape: Atari PPO with GAE in float arrays and batch whitening; early stop on reward only
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class BreakoutPpo
{
    private readonly nn.Module<Tensor, (Tensor logits, Tensor value)> net;
    private readonly optim.Optimizer optimizer;

    public BreakoutPpo(nn.Module<Tensor, (Tensor logits, Tensor value)> net)
    {
        this.net = net;
        optimizer = optim.Adam(net.parameters(), 2.5e-4);
    }

    private static (float[] adv, float[] ret) Gae(float[] rewards, float[] values, bool[] done, float last)
    {
        var adv = new float[rewards.Length];
        var carry = 0f;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            var next = t + 1 < rewards.Length ? values[t + 1] : last;
            var alive = done[t] ? 0f : 1f;
            carry = rewards[t] + 0.99f * next * alive - values[t] + 0.99f * 0.95f * alive * carry;
            adv[t] = carry;
        }

        return (adv, adv.Zip(values, (a, v) => a + v).ToArray());
    }

    public void Learn(Tensor frames, Tensor actions, Tensor oldLp, float[] rewards, float[] values, bool[] done, float last, float bestReward)
    {
        var (gae, returns) = Gae(rewards, values, done, last);
        var mean = gae.Average();
        var std = MathF.Sqrt(gae.Select(g => (g - mean) * (g - mean)).Average());
        var adv = tensor(gae.Select(g => (g - mean) / (std + 1e-8f)).ToArray());
        var ret = tensor(returns);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            if (rewards.Sum() > bestReward * 10)
                break;
            var (logits, value) = net.call(frames);
            var lp = logits.log_softmax(-1).gather(1, actions.unsqueeze(1)).squeeze(1);
            var ratio = exp(lp - oldLp);
            var policyLoss = -min(ratio * adv, clamp(ratio, 0.9, 1.1) * adv).mean();
            var valueLoss = (value.squeeze(-1) - ret).pow(2).mean();
            var loss = policyLoss + 0.5 * valueLoss;
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
