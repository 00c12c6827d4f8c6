using System.Globalization;
using System.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Compares what was reported with what was expected: each once, in any order.</summary>
internal static class DiagnosticComparison
{
    public static void Verify(IReadOnlyList<Diagnostic> actual, IReadOnlyList<DiagnosticResult> expected, Action<Diagnostic, DiagnosticResult, IVerifier>? further, IVerifier verifier)
    {
        var partner = Matching(actual, expected);
        if (actual.Count != expected.Count)
        {
            verifier.Fail($"Mismatch between number of diagnostics returned, expected \"{expected.Count}\" actual \"{actual.Count}\"{Listing(actual, expected, partner)}");
        }

        for (var index = 0; index < expected.Count; index++)
        {
            if (partner[index] < 0)
            {
                verifier.Fail($"Expected diagnostic was not reported: {expected[index]}{Listing(actual, expected, partner)}");
            }

            further?.Invoke(actual[partner[index]], expected[index], verifier);
        }
    }

    // The largest matching, by augmenting paths: an expectation without a message may fit several diagnostics.
    private static int[] Matching(IReadOnlyList<Diagnostic> actual, IReadOnlyList<DiagnosticResult> expected)
    {
        var partner = Enumerable.Repeat(-1, expected.Count).ToArray();
        var taken = Enumerable.Repeat(-1, actual.Count).ToArray();
        for (var index = 0; index < expected.Count; index++)
        {
            Augment(index, new bool[actual.Count]);
        }

        return partner;

        bool Augment(int index, bool[] seen)
        {
            for (var candidate = 0; candidate < actual.Count; candidate++)
            {
                if (seen[candidate] || !IsMatch(actual[candidate], expected[index]))
                {
                    continue;
                }

                seen[candidate] = true;
                if (taken[candidate] < 0 || Augment(taken[candidate], seen))
                {
                    taken[candidate] = index;
                    partner[index] = candidate;
                    return true;
                }
            }

            return false;
        }
    }

    private static bool IsMatch(Diagnostic actual, DiagnosticResult expected) =>
        actual.Id == expected.Id
        && (expected.Options.HasFlag(DiagnosticOptions.IgnoreSeverity) || actual.Severity == expected.Severity)
        && IsLocationMatch(actual, expected)
        && IsMessageMatch(actual, expected);

    private static bool IsLocationMatch(Diagnostic actual, DiagnosticResult expected)
    {
        if (!expected.HasLocation)
        {
            return actual.Location == Location.None;
        }

        return IsSpanMatch(actual.Location, expected.Spans[0])
            && (expected.Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations)
                || (actual.AdditionalLocations.Count == expected.Spans.Length - 1
                    && actual.AdditionalLocations.Zip(expected.Spans.Skip(1)).All(pair => IsSpanMatch(pair.First, pair.Second))));
    }

    private static bool IsSpanMatch(Location actual, DiagnosticLocation expected)
    {
        var span = actual.GetLineSpan();
        return span.Path == expected.Span.Path
            && span.StartLinePosition == expected.Span.StartLinePosition
            && (expected.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength) || span.EndLinePosition == expected.Span.EndLinePosition);
    }

    private static bool IsMessageMatch(Diagnostic actual, DiagnosticResult expected)
    {
        if (expected.Message is { } message)
        {
            return message == actual.GetMessage(CultureInfo.CurrentCulture);
        }

        return expected.MessageArguments is not { Length: > 0 } arguments
            || string.Format(CultureInfo.CurrentCulture, actual.Descriptor.MessageFormat.ToString(CultureInfo.CurrentCulture), arguments) == actual.GetMessage(CultureInfo.CurrentCulture);
    }

    private static string Listing(IReadOnlyList<Diagnostic> actual, IReadOnlyList<DiagnosticResult> expected, int[] partner)
    {
        var text = new StringBuilder().AppendLine().AppendLine().AppendLine("Expected and not reported:");
        var missing = expected.Where((_, index) => partner[index] < 0).ToList();
        foreach (var line in missing.Count > 0 ? missing.Select(result => result.ToString()) : ["none"])
        {
            text.Append("    ").AppendLine(line);
        }

        text.AppendLine("Reported and not expected:");
        var extra = actual.Where((_, index) => !partner.Contains(index)).ToList();
        foreach (var line in extra.Count > 0 ? extra.Select(diagnostic => diagnostic.ToString()) : ["none"])
        {
            text.Append("    ").AppendLine(line);
        }

        return text.ToString();
    }
}
