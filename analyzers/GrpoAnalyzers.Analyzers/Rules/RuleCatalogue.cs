using System.Collections.Immutable;

namespace GrpoAnalyzers.Rules;

/// <summary>All rules.</summary>
internal static class RuleCatalogue
{
    public static ImmutableArray<TrainerRule> All { get; } =
    [
        new FingerprintRule(),
        new LengthNormalisedSurrogateRule(),
        new GroupStdUnderAdamRule(),
        new UnguardedClippedUpdatesRule(),
    ];
}
