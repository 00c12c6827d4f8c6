namespace PreparedElsewhere;

public sealed class Rollout
{
    public Rollout(long[] tokens, float[] oldLogProbs, float reward)
    {
        Tokens = tokens;
        OldLogProbs = oldLogProbs;
        Reward = reward;
    }

    public long[] Tokens { get; }

    public float[] OldLogProbs { get; }

    public float Reward { get; }

    public float TokenWeight(float baseline) => (Reward - baseline) / Tokens.Length;
}
