namespace GrpoAnalyzers.Cure.Tests;

/// <summary>How far a policy moved from its rollout: an estimate of the KL divergence before each update and after the last.</summary>
internal sealed record UpdatePath(IReadOnlyList<double> Starts, double End)
{
    public static UpdatePath Of(LoadedTrainer trainer, CureCase item, double rate)
    {
        var batch = Batch.WithSharedPrefixes(item.Groups);
        var first = BigramPolicy.LogProbs(batch.Policy.Snapshot());
        trainer.Run(batch, rate);
        var last = batch.Policy.Snapshot();

        // Passes on one table belong to one update; the last of them is no update when the table did not change after it.
        var starts = new List<double>();
        for (var index = 0; index < batch.Policy.Calls.Count;)
        {
            var table = batch.Policy.Calls[index].Table;
            var read = new List<(long, long)>();
            for (; index < batch.Policy.Calls.Count && batch.Policy.Calls[index].Table.AsSpan().SequenceEqual(table); index++)
                read.AddRange(Predictions(batch.Policy.Calls[index], batch));
            if (!last.AsSpan().SequenceEqual(table))
                starts.Add(Divergence(first, BigramPolicy.LogProbs(table), read));
        }

        return new UpdatePath(starts, Divergence(first, BigramPolicy.LogProbs(last), Predictions(batch.Policy.Calls[0], batch)));
    }

    /// <summary>The tokens that a pass reads and predicts, without padding: each from itself or, after a prompt, from the one before it.</summary>
    private static IEnumerable<(long Read, long Predicted)> Predictions(PolicyCall call, Batch batch)
    {
        var prompt = (int)(call.Shape[1] - batch.Ids.shape[1]);
        return call.Context.Chunk((int)call.Shape[1])
            .SelectMany(row => prompt == 0 ? row.Zip(row) : row.Skip(prompt - 1).Zip(row.Skip(prompt)))
            .Where(pair => pair.Second != 0);
    }

    /// <summary>The mean of r - 1 - log r, r being the ratio of the new to the old probability of a token: the estimate called k3.</summary>
    private static double Divergence(double[][] old, double[][] now, IEnumerable<(long Read, long Predicted)> tokens) =>
        tokens.Average(token => now[token.Read][token.Predicted] - old[token.Read][token.Predicted] is var logRatio ? Math.Exp(logRatio) - 1 - logRatio : 0);
}
