namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Random batches: ragged rows with every input that any preset reads.</summary>
internal sealed record Sample
{
    internal required double[][] New { get; init; }

    internal required double[][] Old { get; init; }

    internal required double[][] Reference { get; init; }

    internal required double[][] Behaviour { get; init; }

    internal required double[][] Entropy { get; init; }

    internal required double[][] Ids { get; init; }

    internal required double[][] Order { get; init; }

    internal required double[] Advantages { get; init; }

    internal required double[] Rewards { get; init; }

    internal required long[] Groups { get; init; }

    internal required bool[] OffPolicy { get; init; }

    internal int Count => New.Length;

    /// <summary>Groups of <paramref name="size"/>; half of the rewards 0 or 1, ratios inside and outside every clip, no value on a boundary.</summary>
    internal static Sample Of(int groups, int size, int seed)
    {
        var random = new Random(seed);
        var rows = groups * size;
        var lengths = Enumerable.Range(0, rows).Select(_ => random.Next(1, 6)).ToArray();
        double[][] Draw(Func<int, int, double> value) =>
            [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, lengths[i]).Select(t => value(i, t)).ToArray())];
        var old = Draw((_, _) => -0.2 - 2 * random.NextDouble());
        var rewards = Enumerable.Range(0, rows).Select(i => i % size == 0 ? 1.0 : i % size == 1 ? 0.0 : random.Next(2)).ToArray();
        return new Sample
        {
            Old = old,
            New = Draw((i, t) => old[i][t] + 0.8 * (random.NextDouble() - 0.5)),
            Reference = Draw((i, t) => old[i][t] + 0.6 * (random.NextDouble() - 0.5)),
            Behaviour = Draw((i, t) => old[i][t] + 0.3 * (random.NextDouble() - 0.5)),
            Entropy = Draw((_, _) => 0.2 + random.NextDouble()),
            Ids = Draw((_, t) => t == 0 ? 3 : random.Next(3)),
            Order = Draw((_, _) => random.NextDouble()),
            Advantages = [.. rewards.Select(r => r - 0.4 + 0.3 * (random.NextDouble() - 0.5))],
            Rewards = rewards,
            Groups = [.. Enumerable.Range(0, rows).Select(i => (long)(i / size))],
            OffPolicy = [.. Enumerable.Range(0, rows).Select(i => i % 3 == 1)],
        };
    }

    internal Sample Pick(params int[] rows) => new()
    {
        New = [.. rows.Select(i => New[i])],
        Old = [.. rows.Select(i => Old[i])],
        Reference = [.. rows.Select(i => Reference[i])],
        Behaviour = [.. rows.Select(i => Behaviour[i])],
        Entropy = [.. rows.Select(i => Entropy[i])],
        Ids = [.. rows.Select(i => Ids[i])],
        Order = [.. rows.Select(i => Order[i])],
        Advantages = [.. rows.Select(i => Advantages[i])],
        Rewards = [.. rows.Select(i => Rewards[i])],
        Groups = [.. rows.Select(i => Groups[i])],
        OffPolicy = [.. rows.Select(i => OffPolicy[i])],
    };

    internal (Fixture Fixture, LossInputs Inputs) On(Layout layout, ScalarType type = ScalarType.Float64)
    {
        var fixture = new Fixture(New, layout, type);
        return (fixture, new LossInputs
        {
            LogProbs = fixture.Tokens(New).requires_grad_(),
            Mask = fixture.Mask(),
            OldLogProbs = fixture.Tokens(Old, double.PositiveInfinity),
            ReferenceLogProbs = fixture.Tokens(Reference),
            BehaviourLogProbs = fixture.Tokens(Behaviour, double.NegativeInfinity),
            Entropy = fixture.Tokens(Entropy),
            TokenIds = fixture.Tokens(Ids, 3).to(ScalarType.Int64),
            Advantages = fixture.Rows(Advantages),
            Rewards = fixture.Rows(Rewards),
            Groups = Runtime.Groups.ById(tensor(Groups)),
            OffPolicy = tensor(OffPolicy),
            Offsets = fixture.Offsets,
        });
    }
}
