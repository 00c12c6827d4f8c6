using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Trainer;

/// <summary>
/// Where a finding is reported. On the defect, where it stands in the file of the loss and in its type, in one of its hierarchy, or in a method
/// that holds the whole surrogate. Else on the call or read through which it comes, with the defect as an additional location: a helper that is
/// right for other uses is not blamed, and an editor shows no diagnostic of a type in another file.
/// </summary>
internal static class FindingLocation
{
    public static (Location? Location, IEnumerable<Location> Additional) Of(Finding finding, INamedTypeSymbol type)
    {
        var tree = finding.Root.Site.Syntax?.SyntaxTree;
        var defect = finding.IsDecidedByCall && finding.Site.Caller is { } caller ? caller : finding.Site;
        foreach (var start in new[] { defect, finding.ReadAt })
        {
            for (var site = start; site is not null; site = site.Caller)
            {
                if (site.Syntax is { } syntax && syntax.SyntaxTree == tree && (IsInHierarchy(syntax, type) || HoldsSurrogate(site, finding)))
                {
                    return (syntax.GetLocation(), Others(finding.Site, site));
                }
            }
        }

        return (finding.Root.Site.Syntax?.GetLocation(), Others(finding.Site, finding.Root.Site));
    }

    /// <summary>Whether the method that a place is in computes the surrogate too.</summary>
    private static bool HoldsSurrogate(Site place, Finding finding)
    {
        for (var site = finding.Defect?.Surrogate.Term.Policy.Site; site is not null; site = site.Caller)
        {
            if (ReferenceEquals(site.Caller, place.Caller))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether code stands in a type, in one that it derives from, or in one that derives from it.</summary>
    private static bool IsInHierarchy(SyntaxNode syntax, INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (IsIn(syntax, current))
            {
                return true;
            }
        }

        foreach (var other in type.ContainingNamespace.GetTypeMembers())
        {
            if (IsIn(syntax, other) && DerivesFrom(other, type))
            {
                return true;
            }
        }

        return false;
    }

    private static bool DerivesFrom(INamedTypeSymbol derived, INamedTypeSymbol type)
    {
        for (var current = derived.BaseType; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, type.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIn(SyntaxNode syntax, INamedTypeSymbol type)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (reference.SyntaxTree == syntax.SyntaxTree && reference.Span.Contains(syntax.Span))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<Location> Others(Site defect, Site reported) =>
        !ReferenceEquals(defect, reported) && defect.Syntax is { } syntax ? [syntax.GetLocation()] : [];
}
