using GrpoAnalyzers.CodeFixes.Tests;

namespace GrpoAnalyzers.Cure.Tests;

/// <summary>A trainer that is measured.</summary>
/// <param name="Name">The case of the analyzer's tests.</param>
/// <param name="Run">The statement that hands it a batch.</param>
/// <param name="Groups">How many groups it takes at once.</param>
/// <param name="Replace">What is replaced in its text first, such as a coefficient by zero or a bound by another.</param>
public sealed record CureCase(string Name, string Run, int Groups = 1, params (string From, string To)[] Replace)
{
    public override string ToString() => Name;

    /// <summary>The cases that a fix is offered for.</summary>
    /// <param name="list">The list of those that it is refused for: a rule, or a rule and a choice.</param>
    /// <param name="all">All that can be run.</param>
    public static IReadOnlyList<CureCase> Offered(string list, IReadOnlyList<CureCase> all)
    {
        var refused = RefusedCases.Of(list);
        return [.. all.Where(item => !refused.ContainsKey(item.Name))];
    }
}
