using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>What makes one loss of the completions' losses: a mean over them, or a sum that is divided by their number.</summary>
/// <param name="Syntax">All of it.</param>
/// <param name="Edit">Makes it a sum.</param>
internal sealed record Combiner(ExpressionSyntax Syntax, Action Edit)
{
    /// <summary>The combiner between the loss and the defect; null where the loss is combined in another way.</summary>
    public static Combiner? Of(Defect defect)
    {
        var outside = Outside(defect);
        if (outside.Any(step => step.Kind is StepKind.LoopSum or StepKind.Combine))
        {
            return null;
        }

        var means = outside.Where(step => step.Kind == StepKind.Mean).ToList();
        if (means is [var mean])
        {
            return OfMean(mean.At, defect);
        }

        var divisions = outside.Where(step => step.Kind == StepKind.Divide).ToList();
        return means.Count == 0 && divisions is [var division] && outside.Any(step => step.Kind == StepKind.Sum) ? OfDivision(division, defect) : null;
    }

    /// <summary>The operations between the loss and the defect, outermost first.</summary>
    public static List<PathStep> Outside(Defect defect)
    {
        var outside = new List<PathStep>();
        foreach (var step in defect.Term.Path)
        {
            if (ReferenceEquals(step.At, defect.At) || (step.Factor is { } factor && Shape.Contains(factor, node => ReferenceEquals(node, defect.At))))
            {
                break;
            }

            outside.Add(step);
        }

        return outside;
    }

    private static Combiner? OfMean(Node mean, Defect defect)
    {
        if (mean.Site.Syntax is not InvocationExpressionSyntax syntax
            || TensorCall.Of(syntax, defect.Model(syntax)) is not { Name: "mean" } call
            || call.Arguments.Any(argument => argument.NameColon is { Name.Identifier.ValueText: "type" or "dtype" }))
        {
            return null;
        }

        var name = syntax.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            SimpleNameSyntax simple => simple,
            _ => null,
        };
        return name is null ? null : new Combiner(syntax, () => defect.Edits.At(syntax).Replace(name.Span, "sum"));
    }

    private static Combiner? OfDivision(PathStep division, Defect defect)
    {
        if (division.At.Site.Syntax is not ExpressionSyntax syntax
            || Quotient.Of(syntax, defect.Model(syntax)) is not { } quotient
            || !IsNumberOfRows(quotient.Denominator, defect.Model(syntax)))
        {
            return null;
        }

        return new Combiner(quotient.Syntax, () =>
        {
            defect.Edits.At(syntax).Reduce(quotient.Syntax, quotient.Numerator);
            defect.Edits.Drop(quotient.Denominator);
        });
    }

    /// <summary>The first entry of a shape, or the count of a container.</summary>
    public static bool IsNumberOfRows(ExpressionSyntax divisor, SemanticModel model) => LocalUse.Resolve(divisor, model) switch
    {
        ElementAccessExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "shape" }, ArgumentList.Arguments: [var first] } => IsZero(first),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "size" }, ArgumentList.Arguments: [var first] } => IsZero(first),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" or "Count" } => true,
        _ => false,
    };

    private static bool IsZero(ArgumentSyntax argument) => argument.Expression.ToString() is "0" or "0L";
}
