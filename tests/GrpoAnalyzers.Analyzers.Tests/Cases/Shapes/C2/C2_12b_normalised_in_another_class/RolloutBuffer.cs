using System;
using System.Collections.Generic;

namespace CrossFile;

public sealed class Sample
{
    public long[] Ids { get; set; } = Array.Empty<long>();

    public float[] OldLogProbs { get; set; } = Array.Empty<float>();

    public int PromptIndex { get; set; }

    public float Reward { get; set; }

    public float Advantage { get; set; }
}

public sealed class RolloutBuffer
{
    public List<Sample> Samples { get; } = new();

    public int TokenCount { get; private set; }

    public void ComputeAdvantages()
    {
        TokenCount = 0;
        var groups = new Dictionary<int, List<Sample>>();
        foreach (var s in Samples)
        {
            TokenCount += s.Ids.Length;
            if (!groups.ContainsKey(s.PromptIndex))
                groups[s.PromptIndex] = new List<Sample>();
            groups[s.PromptIndex].Add(s);
        }

        foreach (var group in groups.Values)
        {
            float mean = 0f;
            foreach (var s in group)
                mean += s.Reward;
            mean /= group.Count;
            float variance = 0f;
            foreach (var s in group)
                variance += (s.Reward - mean) * (s.Reward - mean);
            float std = MathF.Sqrt(variance / group.Count);
            foreach (var s in group)
                s.Advantage = (s.Reward - mean) / (std + 1e-4f);
        }
    }
}
