namespace AdditionGrpo;

/// <summary>All sums of two numbers of two digits, split into those that train and those that measure.</summary>
internal sealed class ProblemSet
{
    private const int HeldOutCount = 500;

    private readonly Problem[] training;
    private readonly Random random;

    public ProblemSet(Random random)
    {
        this.random = random;
        var all = (from left in Enumerable.Range(10, 90) from right in Enumerable.Range(10, 90) select new Problem(left, right)).ToArray();
        random.Shuffle(all);
        HeldOut = all[..HeldOutCount];
        training = all[HeldOutCount..];
    }

    /// <summary>Sums that training never sees.</summary>
    public IReadOnlyList<Problem> HeldOut { get; }

    /// <summary>Draws training problems, with replacement.</summary>
    public Problem[] Draw(int count) => random.GetItems(training, count);
}
