using static TorchSharp.torch;

namespace GrpoAnalyzers.Cure.Tests;

/// <summary>What a rollout hands to a trainer, in the forms that trainers ask for. Padding is token 0, which no completion holds.</summary>
public sealed class Batch
{
    private readonly long[][] completions;

    private Batch(BigramPolicy policy, long[][] completions, float[] rewards, int groupSize)
    {
        this.completions = completions;
        Policy = policy;
        Reference = new BigramPolicy();
        GroupSize = groupSize;
        Scores = rewards;
        Lengths = [.. completions.Select(completion => completion.Length)];
        var longest = Lengths.Max();
        Ids = tensor(completions.SelectMany(completion => completion.Concat(new long[longest - completion.Length])).ToArray()).view(Count, longest);
        Mask = Ids.ne(0L).to_type(ScalarType.Float32);
        Rewards = tensor(rewards);
        Advantages = tensor(Centred.Select(value => (float)value).ToArray());
        using (no_grad())
            Old = policy.call(Ids).log_softmax(-1).gather(-1, Ids.unsqueeze(-1)).squeeze(-1);
    }

    /// <summary>The policy that is trained.</summary>
    public BigramPolicy Policy { get; }

    /// <summary>A copy of the policy as it is at first, so that no regulariser has a gradient.</summary>
    public BigramPolicy Reference { get; }

    public int Count => completions.Length;

    public int GroupSize { get; }

    public int[] Lengths { get; }

    public int TokenCount => Lengths.Sum();

    /// <summary>Completions, padded at the end; each token is predicted from itself.</summary>
    public Tensor Ids { get; }

    public Tensor Mask { get; }

    public Tensor Old { get; }

    public Tensor Rewards { get; }

    /// <summary>Rewards less the mean of their group.</summary>
    public Tensor Advantages { get; }

    public float[] Scores { get; }

    public double[] ScoresAsDoubles => [.. Scores.Select(score => (double)score)];

    public float[] CentredScores => [.. Centred.Select(value => (float)value)];

    public double[] CentredDoubles => [.. Centred];

    public long[][] Tokens => completions;

    /// <summary>The completions without padding.</summary>
    public List<Tensor> Rows => [.. completions.Select(completion => tensor(completion))];

    public List<Tensor> OldRows => [.. Enumerable.Range(0, Count).Select(row => Old[row].narrow(0, 0, Lengths[row]))];

    public float[][] OldFloats => [.. OldRows.Select(row => row.data<float>().ToArray())];

    /// <summary>All tokens in a row.</summary>
    public Tensor Packed => cat(Rows);

    public Tensor OldPacked => cat(OldRows);

    /// <summary>The completion that each of all tokens belongs to.</summary>
    public Tensor Owners => tensor(completions.SelectMany((completion, index) => completion.Select(_ => (long)index)).ToArray());

    /// <summary>The two parts that a prompt and its completion are passed in: here the completion's own first token stands for the prompt.</summary>
    public Tensor Prompt => ones([Count, 2], ScalarType.Int64);

    /// <summary>The log-probabilities of the completions after <see cref="Prompt"/>, each token predicted from the one before it.</summary>
    public Tensor OldAfterPrompt
    {
        get
        {
            using (no_grad())
            {
                var logits = Policy.call(cat([Prompt, Ids], 1)).narrow(1, 1, Ids.shape[1]);
                return logits.log_softmax(-1).gather(-1, Ids.unsqueeze(-1)).squeeze(-1);
            }
        }
    }

    /// <summary>The log-probabilities of all tokens but the first, each predicted from the one before it.</summary>
    public Tensor OldOfNext
    {
        get
        {
            using (no_grad())
            {
                var logits = Policy.call(Ids.narrow(1, 0, Ids.shape[1] - 1));
                return logits.log_softmax(-1).gather(-1, Ids.narrow(1, 1, Ids.shape[1] - 1).unsqueeze(-1)).squeeze(-1);
            }
        }
    }

    private IEnumerable<double> Centred => Scores.Chunk(GroupSize).SelectMany(group => group.Select(score => score - group.Average(value => (double)value)));

    public IEnumerable<int> Group(int index) => Enumerable.Range(index * GroupSize, GroupSize);

    public IReadOnlyList<double> AdvantagesOf(int group) => [.. Centred.Skip(group * GroupSize).Take(GroupSize)];

    /// <summary>Groups of completions of unequal lengths whose first tokens are the same throughout a group.</summary>
    public static Batch WithSharedPrefixes(int groups)
    {
        float[][] rewards = [[1.5f, 0.25f, 0.5f, -1], [2, 0.5f, -0.25f, 3.5f]];
        int[][] lengths = [[9, 4, 6, 12], [5, 11, 7, 4]];
        return new Batch(
            new BigramPolicy(),
            [.. Enumerable.Range(0, groups).SelectMany(group => lengths[group].Select((length, index) => Completion(group, index, length, groups)))],
            [.. rewards.Take(groups).SelectMany(values => values)],
            4);
    }

    /// <summary>The first tokens of a group's completions; three of them are read and predicted by all.</summary>
    public const int SharedTokens = 3;

    /// <summary>Groups of completions of one length: the first with rewards far apart, the second with rewards close together.</summary>
    public static IReadOnlyList<float[]> SpreadRewards { get; } = [[3, -1, 4, -2], [0.1f, 0.3f, 0.25f, 0.5f]];

    public static Batch OfEqualLengths(params float[][] rewards) => new(
        new BigramPolicy(),
        [.. rewards.SelectMany((group, index) => group.Select((_, row) => Completion(index, row, 7, rewards.Length)))],
        [.. rewards.SelectMany(group => group)],
        rewards[0].Length);

    /// <summary>The tokens that begin a group's completions, then tokens that no other completion holds. Token 0 is padding, 1 stands in prompts.</summary>
    private static long[] Completion(int group, int index, int length, int groups) =>
        [.. Enumerable.Range(0, length).Select(t => t < SharedTokens ? 2L + (SharedTokens * group) + t : 2L + (SharedTokens * groups) + (((t - SharedTokens) * groups) + group) * 4 + index)];
}
