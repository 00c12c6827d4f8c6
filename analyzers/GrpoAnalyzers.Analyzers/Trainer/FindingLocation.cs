using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Trainer;

/// <summary>
/// Where a finding is reported. On the defect, where it stands in the file of the loss; else on the call or read in that file through which it
/// comes, with the defect as an additional location: an editor that analyses one file shows no diagnostic of a type in another.
/// </summary>
internal static class FindingLocation
{
    public static (Location? Location, IEnumerable<Location> Additional) Of(Finding finding)
    {
        var tree = finding.Root.Site.Syntax?.SyntaxTree;
        foreach (var start in new[] { finding.DecidedAt, finding.ReadAt })
        {
            for (var site = start; site is not null; site = site.Caller)
            {
                if (site.Syntax is { } syntax && syntax.SyntaxTree == tree)
                {
                    return (syntax.GetLocation(), Others(finding.Site, site));
                }
            }
        }

        return (finding.Root.Site.Syntax?.GetLocation(), Others(finding.Site, finding.Root.Site));
    }

    private static IEnumerable<Location> Others(Site defect, Site reported) =>
        !ReferenceEquals(defect, reported) && defect.Syntax is { } syntax ? [syntax.GetLocation()] : [];
}
