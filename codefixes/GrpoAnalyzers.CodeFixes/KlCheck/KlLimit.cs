using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>The named constant that an estimate is compared with: a constant of the type, or one of a top-level program.</summary>
internal sealed class KlLimit
{
    private const string Limit = "0.02";

    private readonly TypeDeclarationSyntax? type;
    private readonly GlobalStatementSyntax? program;
    private readonly bool isThere;

    public KlLimit(StatementSyntax place, SemanticModel model)
    {
        type = place.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        program = place.AncestorsAndSelf().OfType<GlobalStatementSyntax>().FirstOrDefault();
        Name = "KlLimit";
        isThere = model.LookupSymbols(place.SpanStart, name: Name) is [IFieldSymbol { HasConstantValue: true, ConstantValue: 0.02 or 0.02f }];
        if (!isThere)
        {
            Name = new Names([place]).Free(Name, "KlDivergenceLimit");
        }
    }

    public string Name { get; }

    /// <summary>Whether there is a type or a program that can hold the constant.</summary>
    public bool CanBeDeclared => type is null ? program is not null : type is not InterfaceDeclarationSyntax && type is { OpenBraceToken.Span.Length: > 0, Members.Count: > 0 };

    /// <summary>After the constants that the type begins with, or before its first member; before the statement of a program that needs it.</summary>
    public void Declare(SourceEdits edits, string? field = null)
    {
        if (type is null)
        {
            edits.Insert(program!.SpanStart, $"const double {Name} = {Limit};{edits.LineBreak}{edits.LineBreak}");
            return;
        }

        var declaration = $"private const double {Name} = {Limit};";
        var constants = type.Members.TakeWhile(member => member is FieldDeclarationSyntax constant && constant.Modifiers.Any(SyntaxKind.ConstKeyword)).ToList();
        var (position, indent) = constants.Count > 0
            ? (constants.Last().Span.End, edits.IndentOf(constants.Last()))
            : (type.OpenBraceToken.Span.End, edits.IndentOf(type.Members[0]));
        if (!isThere)
        {
            edits.Insert(position, edits.LineBreak + indent + declaration + (constants.Count > 0 ? "" : edits.LineBreak));
        }

        if (field is not null)
        {
            var first = type.Members.FirstOrDefault(member => member is not FieldDeclarationSyntax);
            edits.Insert((first ?? type.Members[0]).SpanStart, field + edits.LineBreak + edits.LineBreak + indent);
        }
    }
}
