using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Whether a defect stands in a helper that serves others too, so that the helper cannot be changed for it.</summary>
internal static class SharedHelper
{
    public static bool Holds(Defect defect)
    {
        for (var site = defect.At.Site; site.Caller is { } caller; site = caller)
        {
            // A function that computes the ratio too is the loss, whoever calls it.
            if (IsEnteredFrom(caller, (defect.Term.Ratio ?? defect.Term.Policy).Site))
            {
                return false;
            }

            if (site.Syntax is { } inside && caller.Syntax is ExpressionSyntax call && !IsArgument(inside, call) && !Readers.IsOnlyReference(inside, call, defect.Edits))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsEnteredFrom(Site caller, Site ratio)
    {
        for (var site = ratio; site is not null; site = site.Caller)
        {
            if (ReferenceEquals(site.Caller, caller))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A lambda in the arguments of its call serves that call alone.</summary>
    private static bool IsArgument(SyntaxNode inside, ExpressionSyntax call) =>
        inside.FirstAncestorOrSelf<LambdaExpressionSyntax>() is { } lambda && lambda.SyntaxTree == call.SyntaxTree
        && lambda.Ancestors().OfType<InvocationExpressionSyntax>().Any(invocation => call.Span.Contains(invocation.Span) || invocation == call);
}
