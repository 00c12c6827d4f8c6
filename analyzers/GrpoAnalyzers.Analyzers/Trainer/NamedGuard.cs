using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Trainer;

/// <summary>Guards that the analyzer cannot see into, which the user names in <c>grpo_guard_methods</c>.</summary>
internal static class NamedGuard
{
    /// <summary>Whether a named method is called in the loop, or in a function that is called on the way from it to the update.</summary>
    public static bool Protects(UpdateLoop update, TrainerOptions options)
    {
        if (options.GuardMethods.Count == 0)
        {
            return false;
        }

        var bodies = new List<SyntaxNode?> { CodeOf(update.Loop) };
        for (var frame = update.Step.Frame; frame is not null && !ReferenceEquals(frame, update.Loop.Frame); frame = frame.Caller)
        {
            bodies.AddRange(frame.Symbol.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()));
        }

        return bodies.Exists(body => body?.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => options.GuardMethods.Contains(NameOf(call))) == true);
    }

    private static SyntaxNode? CodeOf(Loop loop) => loop.Kind switch
    {
        LoopKind.Statement => loop.Site.Syntax?.AncestorsAndSelf().FirstOrDefault(
            node => node is ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax),
        LoopKind.Sequence => loop.Site.Syntax,
        _ => loop.Frame.Symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(),
    };

    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => "",
    };
}
