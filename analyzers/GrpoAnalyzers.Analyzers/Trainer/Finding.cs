using System.Collections.Immutable;
using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Trainer;

/// <summary>Something a rule found: where, and the words of its message.</summary>
/// <param name="Descriptor">The rule.</param>
/// <param name="Site">Where the defect stands.</param>
/// <param name="Root">The loss it is a defect of.</param>
/// <param name="Arguments">What the message says.</param>
internal sealed record Finding(DiagnosticDescriptor Descriptor, Site Site, LossRoot Root, params object[] Arguments)
{
    /// <summary>What travels with the diagnostic for those who read it by program.</summary>
    public ImmutableDictionary<string, string?> Properties { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>How many calls up the defect is decided: it is reported on that call. Zero where it stands.</summary>
    public int CallsToDecision { get; init; }

    /// <summary>The defect, or the call that makes it one.</summary>
    public Site DecidedAt
    {
        get
        {
            var site = Site;
            for (var calls = CallsToDecision; calls > 0 && site.Caller is { } caller; calls--)
            {
                site = caller;
            }

            return site;
        }
    }

    /// <summary>The surrogate that has the defect, and the operation that is it; for fixes.</summary>
    public (Surrogate Surrogate, Node At)? Defect { get; init; }

    /// <summary>Where the result of the defect is read, for a defect that stands in another file.</summary>
    public Site? ReadAt { get; init; }
}
