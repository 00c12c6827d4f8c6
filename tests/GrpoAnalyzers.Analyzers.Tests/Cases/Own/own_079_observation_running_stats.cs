// case: own.079
// expect: none
// shape: running mean and std normalise observations, REINFORCE with a learned baseline
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RunningStats
{
    private readonly double[] mean;
    private readonly double[] m2;
    private long count;

    public RunningStats(int size)
    {
        mean = new double[size];
        m2 = new double[size];
    }

    public float[] Normalize(float[] x)
    {
        count++;
        var y = new float[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var d = x[i] - mean[i];
            mean[i] += d / count;
            m2[i] += d * (x[i] - mean[i]);
            var std = Math.Sqrt(m2[i] / Math.Max(1, count - 1));
            y[i] = (float)((x[i] - mean[i]) / (std + 1e-8));
        }

        return y;
    }
}

public class ObservationNormalised
{
    private readonly RunningStats stats = new(8);
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly nn.Module<Tensor, Tensor> baseline;
    private readonly optim.Optimizer optimizer;

    public ObservationNormalised(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> baseline)
    {
        this.policy = policy;
        this.baseline = baseline;
        optimizer = optim.Adam(policy.parameters().Concat(baseline.parameters()), lr: 3e-4);
    }

    public void Learn(List<float[]> raw, long[] actions, float[] returns)
    {
        var obs = stack(raw.Select(r => tensor(stats.Normalize(r))).ToList());
        var ret = tensor(returns);
        var v = baseline.call(obs).squeeze(1);
        var lp = policy.call(obs).log_softmax(1).gather(1, tensor(actions).unsqueeze(1)).squeeze(1);
        var loss = -((ret - v.detach()) * lp).mean() + (ret - v).pow(2).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
