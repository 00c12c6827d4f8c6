// case: own.284
// expect: none
// shape: batch whitening with GAE and critic, target-KL break
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Walker;

public interface IWalker
{
    float[] Reset();
    (float[] obs, float reward, bool fell) Step(float[] torques);
}

public class RolloutBuffer
{
    public Tensor Obs, Act, Adv, Ret, LogP;

    public static Tensor DiscountedSum(Tensor x, double discount)
    {
        var result = zeros_like(x);
        var carry = 0.0;
        for (long i = x.shape[0] - 1; i >= 0; i--)
        {
            carry = x[i].ToDouble() + discount * carry;
            result[i] = carry;
        }
        return result;
    }
}

public class GaussianActor : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Sequential mu;
    private readonly Parameter logStd;

    public GaussianActor(int obsDim, int actDim) : base("actor")
    {
        mu = nn.Sequential(nn.Linear(obsDim, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, actDim));
        logStd = new Parameter(-0.5 * ones(actDim));
        RegisterComponents();
    }

    public (Tensor action, Tensor logp) Sample(Tensor obs)
    {
        var dist = distributions.Normal(mu.call(obs), logStd.exp());
        var action = dist.sample();
        return (action, dist.log_prob(action).sum(-1));
    }

    public override Tensor forward(Tensor obs, Tensor act) =>
        distributions.Normal(mu.call(obs), logStd.exp()).log_prob(act).sum(-1);
}

public class WalkerPpo
{
    private readonly GaussianActor pi;
    private readonly Sequential v;
    private readonly Adam piOptimizer, vfOptimizer;

    public double ClipRatio { get; init; } = 0.2;
    public double TargetKl { get; init; } = 0.01;
    public int TrainPiIters { get; init; } = 80;
    public int TrainVIters { get; init; } = 80;

    public WalkerPpo(int obsDim, int actDim)
    {
        pi = new GaussianActor(obsDim, actDim);
        v = nn.Sequential(nn.Linear(obsDim, 64), nn.Tanh(), nn.Linear(64, 1));
        piOptimizer = optim.Adam(pi.parameters(), lr: 3e-4);
        vfOptimizer = optim.Adam(v.parameters(), lr: 1e-3);
    }

    private (Tensor loss, double kl, double clipped) PolicyLoss(RolloutBuffer data)
    {
        var logp = pi.call(data.Obs, data.Act);
        var ratio = exp(logp - data.LogP);
        var clipAdv = clamp(ratio, 1 - ClipRatio, 1 + ClipRatio) * data.Adv;
        var loss = -torch.min(ratio * data.Adv, clipAdv).mean();
        var kl = (data.LogP - logp).mean().ToDouble();
        var clipped = ratio.gt(1 + ClipRatio).logical_or(ratio.lt(1 - ClipRatio)).to(ScalarType.Float32).mean().ToDouble();
        return (loss, kl, clipped);
    }

    public RolloutBuffer Collect(IWalker walker, int steps, double gamma = 0.99, double lambda = 0.97)
    {
        using var off = no_grad();
        List<Tensor> obs = new(), act = new(), logp = new(), adv = new(), ret = new();
        List<float> rewards = new(), values = new();
        var o = walker.Reset();
        for (var t = 0; t < steps; t++)
        {
            var x = tensor(o);
            var (a, lp) = pi.Sample(x);
            obs.Add(x);
            act.Add(a);
            logp.Add(lp);
            values.Add(v.call(x).ToSingle());
            (o, var reward, var fell) = walker.Step(a.data<float>().ToArray());
            rewards.Add(reward);
            if (!fell && t < steps - 1) continue;

            values.Add(fell ? 0f : v.call(tensor(o)).ToSingle());
            var r = tensor(rewards.ToArray());
            var w = tensor(values.ToArray());
            var delta = r + gamma * w.narrow(0, 1, r.shape[0]) - w.narrow(0, 0, r.shape[0]);
            adv.Add(RolloutBuffer.DiscountedSum(delta, gamma * lambda));
            ret.Add(RolloutBuffer.DiscountedSum(r, gamma));
            rewards.Clear();
            values.Clear();
            o = walker.Reset();
        }
        return new RolloutBuffer { Obs = stack(obs), Act = stack(act), LogP = stack(logp), Adv = cat(adv), Ret = cat(ret) };
    }

    public void Update(RolloutBuffer data)
    {
        // advantage normalisation over the whole buffer (many episodes, GAE)
        data.Adv = (data.Adv - data.Adv.mean()) / (data.Adv.std() + 1e-8);

        var stopIter = TrainPiIters;
        for (var i = 0; i < TrainPiIters; i++)
        {
            piOptimizer.zero_grad();
            var (loss, kl, _) = PolicyLoss(data);
            if (kl > 1.5 * TargetKl)
            {
                stopIter = i;
                break;
            }
            loss.backward();
            piOptimizer.step();
        }

        for (var i = 0; i < TrainVIters; i++)
        {
            vfOptimizer.zero_grad();
            nn.functional.mse_loss(v.call(data.Obs).squeeze(-1), data.Ret).backward();
            vfOptimizer.step();
        }
        Console.WriteLine($"StopIter {stopIter}");
    }
}
