namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The anchor of HA-DW: a belief of the policy's mean reward, moved towards each batch by eta x (deviation of the last beliefs). As published it never
/// moves while its window is constant; so until <see cref="Window"/> beliefs exist the mean of what was seen takes its place (our decision: eta,
/// window and start are unpublished), and <see cref="RateFloor"/> can keep it moving afterwards.
/// </summary>
public sealed class DifficultyAnchor
{
    private readonly List<double> beliefs;

    /// <summary>An anchor without history.</summary>
    /// <param name="eta">Factor of the deviation; no published default.</param>
    /// <param name="window">How many beliefs the deviation is taken of; no published default.</param>
    /// <param name="initial">The first belief, from 0 to 1.</param>
    /// <param name="rateFloor">The least rate; 0 as published.</param>
    public DifficultyAnchor(double eta, int window, double initial, double rateFloor = 0)
        : this(eta, window, rateFloor, [Require.Between(initial, 0, 1, nameof(initial))], warm: false)
    {
    }

    private DifficultyAnchor(double eta, int window, double rateFloor, List<double> beliefs, bool warm)
    {
        Eta = Require.NotNegative(eta, nameof(eta));
        Window = window > 0 ? window : throw new ArgumentOutOfRangeException(nameof(window), window, "wanted at least one belief.");
        RateFloor = Require.Between(rateFloor, 0, 1, nameof(rateFloor));
        this.beliefs = beliefs;
        IsWarm = warm;
    }

    /// <summary>Factor of the deviation.</summary>
    public double Eta { get; }

    /// <summary>How many beliefs the deviation is taken of.</summary>
    public int Window { get; }

    /// <summary>The least rate.</summary>
    public double RateFloor { get; }

    /// <summary>Whether enough was seen for the published rule.</summary>
    public bool IsWarm { get; private set; }

    /// <summary>The belief before the next batch.</summary>
    public double Prior => beliefs[^1];

    /// <summary>The beliefs, the newest last: the state to save.</summary>
    public IReadOnlyList<double> Beliefs => beliefs;

    /// <summary>An anchor that goes on from saved beliefs by the published rule at once.</summary>
    /// <param name="eta">Factor of the deviation.</param>
    /// <param name="window">How many beliefs the deviation is taken of.</param>
    /// <param name="beliefs">The newest last, at least one.</param>
    /// <param name="rateFloor">The least rate.</param>
    /// <param name="warm">False when the saved anchor was still warming up.</param>
    public static DifficultyAnchor Restore(double eta, int window, IReadOnlyList<double> beliefs, double rateFloor = 0, bool warm = true)
    {
        ArgumentNullException.ThrowIfNull(beliefs);
        if (beliefs.Count == 0)
        {
            throw new ArgumentException("wanted at least one belief.", nameof(beliefs));
        }

        return new DifficultyAnchor(eta, window, rateFloor, [.. beliefs.Select(b => Require.Between(b, 0, 1, nameof(beliefs)))], warm);
    }

    /// <summary>Takes in a batch; call it after its weights were computed. Over several ranks, reduce the mean first.</summary>
    /// <param name="batchMeanReward">Mean reward of the batch, from 0 to 1.</param>
    public void Update(double batchMeanReward)
    {
        Require.Between(batchMeanReward, 0, 1, nameof(batchMeanReward));
        var recent = beliefs.TakeLast(Window).ToArray();
        if (!IsWarm)
        {
            beliefs.Add((recent.Sum() + batchMeanReward) / (recent.Length + 1));
            IsWarm = beliefs.Count >= Window;
        }
        else
        {
            var mean = recent.Average();
            var deviation = Math.Sqrt(recent.Average(b => (b - mean) * (b - mean)));
            var rate = Math.Clamp(Eta * deviation, RateFloor, 1);
            beliefs.Add((1 - rate) * Prior + rate * batchMeanReward);
        }

        if (beliefs.Count > Window)
        {
            beliefs.RemoveRange(0, beliefs.Count - Window);
        }
    }
}
