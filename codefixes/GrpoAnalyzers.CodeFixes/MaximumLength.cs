using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>The largest number of tokens a completion may have: what the code has for it, else a constant of its own.</summary>
internal static class MaximumLength
{
    /// <summary>The constant's value where nothing in the code says another.</summary>
    private const string Default = "1024";

    private static readonly Regex Name = new(
        "^_*max(imum|imal)?_?(completion|response|answer|output|generation|generated|gen|new|sequence|seq)?_?(length|len|tokens|tokencount)$|^_*constant_?normali[sz]er$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>What to divide by at a place, or null where nothing can be named there and no constant can be added.</summary>
    public static string? For(ExpressionSyntax place, ProjectEdits edits)
    {
        var model = edits.Model(place);
        return InScope(place, model) ?? Introduce(place, model, edits.At(place));
    }

    private static string? InScope(ExpressionSyntax place, SemanticModel model)
    {
        var isStatic = model.GetEnclosingSymbol(place.SpanStart) is { } enclosing && IsStatic(enclosing);
        var symbols = model.LookupSymbols(place.SpanStart)
            .Where(symbol => symbol switch
            {
                IParameterSymbol => true,
                ILocalSymbol local => local.IsConst,
                IFieldSymbol or IPropertySymbol => symbol.IsStatic || !isStatic,
                _ => false,
            })
            .Where(symbol => symbol.DeclaringSyntaxReferences.Length > 0)
            .OrderBy(symbol => symbol is IParameterSymbol or ILocalSymbol ? 0 : 1)
            .ThenBy(symbol => symbol.Name, StringComparer.Ordinal)
            .ToList();
        if (symbols.FirstOrDefault(symbol => Name.IsMatch(symbol.Name) && IsNumber(TypeOf(symbol))) is { } found)
        {
            return found.Name;
        }

        // One step into an options object.
        foreach (var holder in symbols)
        {
            if (TypeOf(holder) is { SpecialType: SpecialType.None, TypeKind: TypeKind.Class or TypeKind.Struct } type
                && !type.DeclaringSyntaxReferences.IsEmpty
                && type.GetMembers().FirstOrDefault(member => member is IPropertySymbol or IFieldSymbol && !member.IsStatic && !member.IsImplicitlyDeclared
                    && member.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal && Name.IsMatch(member.Name) && IsNumber(TypeOf(member))) is { } option)
            {
                return holder.Name + "." + option.Name;
            }
        }

        return null;
    }

    private static bool IsStatic(ISymbol symbol) =>
        symbol.IsStatic || (symbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction } && IsStatic(symbol.ContainingSymbol));

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        IParameterSymbol parameter => parameter.Type,
        ILocalSymbol local => local.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    private static bool IsNumber(ITypeSymbol? type) => type is { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Single or SpecialType.System_Double };

    private static string? Introduce(ExpressionSyntax place, SemanticModel model, SourceEdits edits)
    {
        if (place.FirstAncestorOrSelf<GlobalStatementSyntax>() is { Parent: CompilationUnitSyntax unit })
        {
            var first = unit.Members.OfType<GlobalStatementSyntax>().First();
            var local = FreeName(unit, isUpperCase: false, first: "maxCompletionTokens");
            edits.Insert(first.SpanStart, $"const int {local} = {Default};{edits.LineBreak}");
            return local;
        }

        if (place.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { OpenBraceToken.Span.Length: > 0, Members.Count: > 0 } type || type is InterfaceDeclarationSyntax)
        {
            return null;
        }

        var constants = type.Members.TakeWhile(member => member is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.ConstKeyword)).Cast<FieldDeclarationSyntax>().ToList();
        var names = type.Members.OfType<FieldDeclarationSyntax>().Where(field => field.Modifiers.Any(SyntaxKind.ConstKeyword))
            .SelectMany(field => field.Declaration.Variables).Select(variable => variable.Identifier.ValueText).ToList();
        var isUpperCase = names.Count > 0 && names.TrueForAll(name => name.Length > 1 && name == name.ToUpperInvariant());
        var name = FreeName(type, isUpperCase, isUpperCase ? "MAX_COMPLETION_TOKENS" : "MaxCompletionTokens");
        var declaration = $"private const int {name} = {Default};";
        if (constants.Count > 0)
        {
            edits.Insert(constants.Last().Span.End, edits.LineBreak + edits.IndentOf(constants.Last()) + declaration);
        }
        else
        {
            edits.Insert(type.OpenBraceToken.Span.End, edits.LineBreak + edits.IndentOf(type.Members[0]) + declaration + edits.LineBreak);
        }

        return name;
    }

    private static string FreeName(SyntaxNode scope, bool isUpperCase, string first)
    {
        var taken = new HashSet<string>(scope.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);
        var name = first;
        for (var count = 2; taken.Contains(name); count++)
        {
            name = first + (isUpperCase ? "_" : "") + count;
        }

        return name;
    }
}
