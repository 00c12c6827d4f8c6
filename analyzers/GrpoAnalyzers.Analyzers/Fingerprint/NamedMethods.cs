namespace GrpoAnalyzers.Fingerprint;

/// <summary>The rows of the methods that have a name, and which of them a row is.</summary>
internal static class NamedMethods
{
    private const int MaximumDifferences = 2;

    private const string Unknown = "unknown";
    private const string Centred = "r - group mean";
    private const string Scaled = "(r - group mean) / (group std";
    private const string Pair = "min(s A, clip(s) A)";

    // Name, weighting without deviation, ratio, surrogate, how the clip begins, regulariser without coefficient (|: or; null: any), how the advantage begins.
    private static readonly Preset[] Presets =
    [
        new("GRPO (R1)", "1/(G |o|)", "token", Pair, "symmetric", "k3|none", Scaled),
        new("GRPO (v3.2)", "M/(G |o|)", "token", Pair, "symmetric", "ratio x k3", Centred),
        new("GSPO", "1/G", "sequence mean", Pair, "", "none", Scaled),
        new("GSPO-token", "1/(G |o|)", "sequence mean, carried by each token", Pair, "", "none", Scaled),
        new("GTPO", "M lambda/(G |o|)", "token", "s A", "none", "entropy", Centred),
        new("DAPO", "1/sum|o|", "token", Pair, "asymmetric", "none", Scaled),
        new("CPPO", "M/(G |o|)", "token", Pair, "symmetric", "k3", Scaled),
        new("Dr.GRPO", "1/(G c)", "token", Pair, "symmetric", "none|k3", Centred),
        new("Dr.GRPO", "1/G", "token", Pair, "symmetric", "none|k3", Centred),
        new("GPG", "alpha/sum|o|", "none (log-probability)", "log pi A", "none", "none", Centred),
        new("CISPO", "1/sum|o|", "stopped token ratio times log-probability", "stop(s) log pi A", "of the weight", "none", Scaled),
        new("GCPO", "1/G", "sequence product", Pair, "asymmetric", "none", Scaled),
        new("RLOO", "1/G", "none (log-probability)", "log pi A", "none", null, "r - mean of the others"),
        new("RLOO, clipped", "1/G", "sequence product", Pair, "symmetric", null, "r - mean of the others"),
        new("REINFORCE++-baseline", "1/sum|o|", "token", Pair, "symmetric", null, "r - group mean, standardised by the batch"),
        new("REINFORCE++", "1/sum|o|", "token", Pair, "symmetric", null, "(r - batch mean) / (batch std"),
        new("Lite PPO", "1/sum|o|", "token", Pair, "symmetric", "none", "(r - group mean) / (batch std"),
        new("lambda-GRPO", "G lambda/sum|o|", "token", Pair, "asymmetric", "none", Scaled),
        new("DPPO", "M/sum|o|", "stopped token ratio times log-probability", "stop(s) log pi A", "of the weight, from above, 20; tokens dropped", "none", Scaled),
        new("DRO", "1/sum|o|", "none (log-probability)", "log pi A", "none", "k2", Scaled),
        new("OPO", "1/sum|o|", "none (log-probability)", "log pi A", "none", "none", "r - length-weighted group mean"),
        new("ReMax", "1/G", "none (log-probability)", "log pi A", "none", null, "r - given baseline"),
        new("GDPO", "1/(G |o|)", "token", Pair, "", null, "each reward standardised"),
        new("LUSPO", "|o|/G", "sequence mean", Pair, "", "none", Scaled),
        new("SAPO", "1/(G |o|)", "token", "sigmoid gate of s, times A", "soft", "none", Scaled),
        new("GMPO", "1/G", "sequence mean", "s A", "in log space", "none", Scaled),
    ];

    /// <summary>The method whose row it is; one that is near, with the differences; or none.</summary>
    public static string Nearest(LossRow row)
    {
        Preset? nearest = null;
        List<string>? fewest = null;
        foreach (var preset in Presets)
        {
            var differences = preset.DifferencesFrom(row);
            if (fewest is null || differences.Count < fewest.Count)
            {
                nearest = preset;
                fewest = differences;
            }
        }

        if (nearest is null || fewest!.Count > MaximumDifferences || !row.Ratio.IsKnown || !row.Surrogate.IsKnown)
        {
            return "none";
        }

        return fewest.Count == 0 ? nearest.Name : $"near {nearest.Name}: {string.Join("; ", fewest)}";
    }

    private sealed record Preset(string Name, string Weighting, string Ratio, string Surrogate, string Clip, string? Regulariser, string Advantage)
    {
        public List<string> DifferencesFrom(LossRow row)
        {
            var differences = new List<string>();
            Compare("weighting", WithoutDeviation(row.Weighting.Text), Weighting, isPrefix: false);
            Compare("ratio", row.Ratio.Text?.Split(';')[0], Ratio, isPrefix: false);
            Compare("surrogate", row.Surrogate.Text, Surrogate, isPrefix: false);
            Compare("clip", row.Clip.Text, Clip, isPrefix: true);
            Compare("advantage", row.Advantage.Text, Advantage, isPrefix: Advantage != Centred);
            if (Regulariser is not null && !Regulariser.Split('|').Any(either => row.Regulariser.Text?.StartsWith(either, StringComparison.Ordinal) == true))
            {
                differences.Add($"regulariser {row.Regulariser.Text ?? Unknown} instead of {Regulariser.Replace("|", " or ")}");
            }

            return differences;

            void Compare(string part, string? found, string expected, bool isPrefix)
            {
                if (found is null || !(isPrefix ? found.StartsWith(expected, StringComparison.Ordinal) : found == expected))
                {
                    differences.Add($"{part} {found ?? Unknown} instead of {expected.TrimEnd(' ', '(')}");
                }
            }
        }

        /// <summary>The unified formulation keeps the deviation in alpha; here the advantage names it already.</summary>
        private static string? WithoutDeviation(string? weighting)
        {
            if (weighting is null)
            {
                return null;
            }

            var slash = weighting.IndexOf('/');
            if (slash < 0)
            {
                return weighting;
            }

            var divisors = weighting.Substring(slash + 1).Trim('(', ')').Split(' ').Where(divisor => divisor is not ("std" or "std_batch")).ToList();
            // A weight against the sampler corrects a method; it makes no other of it.
            var top = weighting.Substring(0, slash).Replace(WeightingReading.SamplerWeight + " ", "").Replace(WeightingReading.SamplerWeight, "1");
            return divisors.Count switch { 0 => top, 1 => $"{top}/{divisors[0]}", _ => $"{top}/({string.Join(" ", divisors)})" };
        }
    }
}
