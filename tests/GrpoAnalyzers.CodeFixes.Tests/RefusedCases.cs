namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>
/// The cases in which a finding has no fix, each with the fact that could not be proved: <c>Refused/RULE.txt</c>, lines of <c>case: reason</c>.
/// </summary>
internal static class RefusedCases
{
    public static IReadOnlyDictionary<string, string> Of(string rule)
    {
        var refused = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Refused", rule + ".txt")))
        {
            if (line.Trim() is not { Length: > 0 } text || text[0] == '#')
                continue;
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            Assert.True(colon > 0 && text[(colon + 1)..].Trim().Length > 0, $"{rule}.txt: \"{text}\" lacks a reason.");
            refused.Add(text[..colon].Trim(), text[(colon + 1)..].Trim());
        }

        return refused;
    }

    /// <summary>A case is left with a finding exactly if it is in the list.</summary>
    public static void AssertAgrees(string list, string name, bool isRefused)
    {
        if (Of(list).TryGetValue(name, out var reason))
            Assert.True(isRefused, $"{name} is fixed: take it out of Refused/{list}.txt, where it says: {reason}");
        else
            Assert.False(isRefused, "No fix is offered.");
    }
}
