using System;

namespace Rl;

public static class AdvantageService
{
    public static float[] Compute(float[] rewards)
    {
        var n = rewards.Length;
        var mean = 0f;
        for (var i = 0; i < n; i++)
        {
            mean += rewards[i] / n;
        }

        var ss = 0f;
        for (var i = 0; i < n; i++)
        {
            var d = rewards[i] - mean;
            ss += d * d;
        }

        var std = MathF.Sqrt(ss / n);
        var result = new float[n];
        for (var i = 0; i < n; i++)
        {
            result[i] = (rewards[i] - mean) / (std + 1e-5f);
        }

        return result;
    }
}
