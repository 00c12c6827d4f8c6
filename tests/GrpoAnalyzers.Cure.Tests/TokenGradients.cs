namespace GrpoAnalyzers.Cure.Tests;

/// <summary>The gradient of a loss into the logits and log-probabilities of each token, by completion in the order of the batch.</summary>
internal sealed class TokenGradients
{
    private readonly List<TokenGradient[]> completions = [];

    /// <summary>Takes the forward passes that make up the first update on a batch, whether one for all, one a completion or one of all tokens in a row.</summary>
    public TokenGradients(IReadOnlyList<PolicyCall> calls, Batch batch)
    {
        foreach (var call in calls.TakeWhile(_ => completions.Count < batch.Count))
        {
            Assert.True(call.Probe.grad is not null, "No gradient reached the policy.");
            var logProbs = BigramPolicy.LogProbs(call.Table);
            var tokens = call.Probe.grad!.reshape(-1).data<float>().ToArray().Chunk(BigramPolicy.Vocabulary)
                .Select((logits, index) => TokenGradient.Of(logits, logProbs[call.Context[index]])).ToList();
            if (batch.Count > 1 && tokens.Count == batch.TokenCount && (call.Shape.Length == 1 || call.Shape[0] == 1))
            {
                foreach (var length in batch.Lengths)
                {
                    completions.Add([.. tokens.Take(length)]);
                    tokens.RemoveRange(0, length);
                }
            }
            else
            {
                var rows = call.Shape.Length == 1 ? 1 : (int)call.Shape[0];
                completions.AddRange(tokens.Chunk(tokens.Count / rows));
            }
        }

        Assert.Equal(batch.Count, completions.Count);
    }

    /// <summary>The gradients into the log-probabilities of a completion's tokens.</summary>
    public IReadOnlyList<double> Of(int completion) => [.. completions[completion].Select(token => token.LogProb)];

    /// <summary>The largest gradient into the log-probability of one token.</summary>
    public double Largest => completions.SelectMany(tokens => tokens).Max(token => Math.Abs(token.LogProb));

    /// <summary>The largest component of what a group's completions send into the logits of a position together.</summary>
    public double Shared(IEnumerable<int> group, int position) =>
        Enumerable.Range(0, BigramPolicy.Vocabulary).Max(token => Math.Abs(group.Sum(completion => (double)completions[completion][position].Logits[token])));

    /// <summary>No token is pushed the other way than before.</summary>
    public void AssertSameDirections(TokenGradients before, string text)
    {
        var threshold = 1e-5 * Largest;
        for (var completion = 0; completion < completions.Count; completion++)
        {
            foreach (var (now, old) in Of(completion).Zip(before.Of(completion)))
                Assert.True(Math.Abs(now) <= threshold || now * old >= 0, $"A gradient of {old} has become {now}:\n{text}");
        }
    }

    /// <summary>The norm of the gradient into the log-probabilities of a group's tokens.</summary>
    public double Norm(IEnumerable<int> group) => Math.Sqrt(group.SelectMany(Of).Sum(value => value * value));

    private sealed record TokenGradient(float[] Logits, double LogProb)
    {
        /// <summary>
        /// A gradient g into log p(y) is g (1 - p(y)) at the logit of y and -g p(v) at the others; those sum to the negative of the first, which
        /// is therefore the largest and tells which token y is.
        /// </summary>
        public static TokenGradient Of(float[] logits, double[] logProbs)
        {
            var taken = Enumerable.Range(0, logits.Length).MaxBy(token => Math.Abs(logits[token]));
            return new TokenGradient(logits, logits[taken] / (1 - Math.Exp(logProbs[taken])));
        }
    }
}
