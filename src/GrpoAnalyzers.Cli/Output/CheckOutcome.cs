namespace GrpoAnalyzers.Cli.Output;

/// <summary>What one way of checking found, how many files it read, and what the user has to know about what it could not read.</summary>
internal sealed record CheckOutcome(IReadOnlyList<Finding> Findings, int Files, IReadOnlyList<string> Notes, bool Incomplete)
{
    public static CheckOutcome Nothing { get; } = new([], 0, [], false);

    public CheckOutcome And(CheckOutcome other) =>
        new([.. Findings, .. other.Findings], Files + other.Files, [.. Notes, .. other.Notes], Incomplete || other.Incomplete);
}
