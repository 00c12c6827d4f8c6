using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO003: before the step, the loop is left when an estimate of the KL divergence from the rollout's policy exceeds a limit.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(Grpo003KlCheckCodeFix)), Shared]
public sealed class Grpo003KlCheckCodeFix : InPlaceFix
{
    /// <summary>The kind of this fix.</summary>
    public const string Kind = FixKeys.KlCheck;

    private const string Limit = "0.02";

    /// <inheritdoc/>
    protected override string RuleId => "GRPO003";

    /// <inheritdoc/>
    protected override string Title => "Leave the loop when the KL divergence exceeds a limit";

    /// <inheritdoc/>
    protected override string EquivalenceKey => Kind;

    private protected override bool TryEdit(ExpressionSyntax reported, SemanticModel model, SourceEdits edits)
    {
        // A declared type holds the limit and a loop around the step is left; a top-level program has no type to hold it.
        if (reported.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax body } step
            || body.Parent is not (ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or ForEachStatementSyntax or ForEachVariableStatementSyntax)
            || step.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { OpenBraceToken.Span.Length: > 0, Members.Count: > 0 } type
            || type is InterfaceDeclarationSyntax
            || new ClippedRatio(body, step, model).Find() is not { } ratio)
        {
            return false;
        }

        var taken = new HashSet<string>(type.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);
        var limit = Free(taken, "KlLimit", "KlDivergenceLimit");
        var kl = Free(taken, "kl", "klEstimate");
        InsertLimit(type, limit, edits);
        InsertCheck(step, body, ratio, limit, kl, Free(taken, "logRatio", "stepLogRatio"), Torch(step, model), edits);
        return true;
    }

    private static void InsertCheck(
        StatementSyntax step, BlockSyntax body, ClippedRatio.Found ratio, string limit, string kl, string logRatio, string torch, SourceEdits edits)
    {
        var indent = edits.IndentOf(step);
        var outer = edits.IndentOf(body);
        var inner = indent + (indent.StartsWith(outer, StringComparison.Ordinal) && indent.Length > outer.Length ? indent.Substring(outer.Length) : "    ");
        var name = ratio.LogRatio is IdentifierNameSyntax local ? local.ToString() : logRatio;
        var estimate = $"{torch}exp({name}) - 1 - {name}";
        List<string> lines = [$"using ({torch}no_grad())", indent + "{"];
        if (ratio.LogRatio is not IdentifierNameSyntax)
        {
            lines.Add($"{inner}var {name} = {ratio.LogRatio};");
        }

        lines.Add(ratio.Mask is { } mask
            ? $"{inner}var {kl} = (({estimate}) * {mask}).sum() / {mask}.sum();"
            : $"{inner}var {kl} = ({estimate}).mean();");
        lines.Add($"{inner}if ({kl}.item<float>() > {limit}) break;");
        lines.Add(indent + "}");
        lines.Add("");
        edits.Insert(step.SpanStart, string.Join(edits.LineBreak, lines) + edits.LineBreak + indent);
    }

    /// <summary>After the constants that the type begins with, or before its first member.</summary>
    private static void InsertLimit(TypeDeclarationSyntax type, string limit, SourceEdits edits)
    {
        var declaration = $"private const double {limit} = {Limit};";
        var constants = type.Members.TakeWhile(member => member is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.ConstKeyword)).ToList();
        if (constants.Count > 0)
        {
            edits.Insert(constants.Last().Span.End, edits.LineBreak + edits.IndentOf(constants.Last()) + declaration);
            return;
        }

        var indent = edits.IndentOf(type.Members[0]);
        edits.Insert(type.OpenBraceToken.Span.End, edits.LineBreak + indent + declaration + edits.LineBreak);
    }

    private static string Free(HashSet<string> taken, string name, string other)
    {
        for (var count = 2; taken.Contains(name); count++)
        {
            (name, other) = (other, name.TrimEnd("0123456789".ToCharArray()) + count);
        }

        return name;
    }

    private static string Torch(StatementSyntax step, SemanticModel model) =>
        model.LookupNamespacesAndTypes(step.SpanStart, name: "torch") is [INamedTypeSymbol { ContainingNamespace.Name: "TorchSharp" }] ? "torch." : "TorchSharp.torch.";
}
