namespace GrpoAnalyzers.Runtime;

/// <summary>What a completion whose mask selects no token means.</summary>
public enum EmptyCompletions
{
    /// <summary>It is an error (found when values are checked). The default: most often a mask was built wrongly.</summary>
    Throw,

    /// <summary>It adds 0 to the numerator and counts as a sequence in the denominator (TRL's reading of an overlong filter).</summary>
    Count,

    /// <summary>It adds 0 to the numerator and does not count as a sequence (verl's reading).</summary>
    Exclude,
}
