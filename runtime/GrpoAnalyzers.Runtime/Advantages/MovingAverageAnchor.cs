namespace GrpoAnalyzers.Runtime;

/// <summary>The hard update of HA-DW (appendix F): the mean of the last batches, this one among them.</summary>
public sealed class MovingAverageAnchor
{
    private readonly List<double> means;

    /// <summary>An anchor.</summary>
    /// <param name="batches">h: how many batches the mean is taken of.</param>
    /// <param name="means">Saved batch means, the newest last.</param>
    public MovingAverageAnchor(int batches, params IReadOnlyList<double> means)
    {
        Batches = batches > 0 ? batches : throw new ArgumentOutOfRangeException(nameof(batches), batches, "wanted at least one batch.");
        ArgumentNullException.ThrowIfNull(means);
        this.means = [.. means.Select(m => Require.Between(m, 0, 1, nameof(means))).TakeLast(batches)];
    }

    /// <summary>h.</summary>
    public int Batches { get; }

    /// <summary>The batch means it holds, the newest last: the state to save.</summary>
    public IReadOnlyList<double> Means => means;

    /// <summary>The belief before the next batch; 0.5 before the first.</summary>
    public double Prior => means.Count == 0 ? 0.5 : means.Average();

    /// <summary>Takes in a batch.</summary>
    /// <param name="batchMeanReward">Mean reward of the batch, from 0 to 1.</param>
    public void Update(double batchMeanReward)
    {
        means.Add(Require.Between(batchMeanReward, 0, 1, nameof(batchMeanReward)));
        if (means.Count > Batches)
        {
            means.RemoveAt(0);
        }
    }
}
