using GrpoAnalyzers.CodeFixes.KlCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.Guarding;

/// <summary>A function that one call leads to, and that gets a guard from it.</summary>
internal sealed class GuardParameter(SyntaxNode function, InvocationExpressionSyntax call, Func<SyntaxNode, SourceEdits> edits, Func<SyntaxNode, SemanticModel> models)
{
    private readonly IMethodSymbol? symbol = models(function).GetDeclaredSymbol(function) as IMethodSymbol;

    private readonly ParameterListSyntax? parameters = function switch
    {
        MethodDeclarationSyntax method => method.ParameterList,
        LocalFunctionStatementSyntax local => local.ParameterList,
        _ => null,
    };

    /// <summary>Adds parameters and the arguments for them; false where the function is one of several that a call may reach, or has other callers.</summary>
    public bool TryAdd(string declared, string given)
    {
        if (parameters is null || Functions.BodyOf(function) is null
            || symbol is not { IsVirtual: false, IsOverride: false, IsAbstract: false, IsExtensionMethod: false, ExplicitInterfaceImplementations.IsEmpty: true, PartialDefinitionPart: null, PartialImplementationPart: null }
            || symbol.Parameters.Any(parameter => parameter.IsParams) || IsOfInterface() || !IsOnlyCall() || HasNamedArguments())
        {
            return false;
        }

        var position = symbol.Parameters.TakeWhile(parameter => !parameter.IsOptional).Count();
        Add(parameters.Parameters.ElementAtOrDefault(position), parameters.Parameters.Count, parameters.CloseParenToken, declared);
        Add(call.ArgumentList.Arguments.ElementAtOrDefault(position), call.ArgumentList.Arguments.Count, call.ArgumentList.CloseParenToken, given);
        return true;
    }

    private void Add(SyntaxNode? before, int count, SyntaxToken end, string text)
    {
        if (before is not null)
        {
            edits(before).Insert(before.SpanStart, text + ", ");
        }
        else
        {
            edits(end.Parent!).Insert(end.SpanStart, count == 0 ? text : ", " + text);
        }
    }

    private bool HasNamedArguments() => call.ArgumentList.Arguments.Any(argument => argument.NameColon is not null);

    private bool IsOnlyCall()
    {
        foreach (var tree in models(function).Compilation.SyntaxTrees)
        {
            var model = tree == function.SyntaxTree ? models(function) : models(tree.GetRoot());
            foreach (var use in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(use => use.Identifier.ValueText == symbol!.Name))
            {
                if (SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(use).Symbol?.OriginalDefinition, symbol!.OriginalDefinition)
                    && (use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : (ExpressionSyntax)use).Parent != call)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool IsOfInterface() => symbol!.ContainingType is { } type
        && type.AllInterfaces.SelectMany(contract => contract.GetMembers(symbol.Name)).Any(member => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), symbol));
}
