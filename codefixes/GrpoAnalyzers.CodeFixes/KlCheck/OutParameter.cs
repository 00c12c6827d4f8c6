using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>An out parameter that a method or local function gets, or parameters by reference to what its one caller adds up.</summary>
internal sealed class OutParameter
{
    private readonly SyntaxNode function;
    private readonly Func<SyntaxNode, SemanticModel> models;
    private readonly ParameterListSyntax? parameters;
    private readonly IMethodSymbol? symbol;

    public OutParameter(SyntaxNode function, Func<SyntaxNode, SemanticModel> models)
    {
        this.function = function;
        this.models = models;
        symbol = models(function).GetDeclaredSymbol(function) as IMethodSymbol;
        parameters = function switch
        {
            MethodDeclarationSyntax method => method.ParameterList,
            LocalFunctionStatementSyntax local => local.ParameterList,
            _ => null,
        };
    }

    /// <summary>Whether the function is called by its name only, and can have such a parameter.</summary>
    public bool CanBeAdded => parameters is not null && Functions.BodyOf(function) is not null
        && symbol is { IsVirtual: false, IsOverride: false, IsAbstract: false, IsAsync: false, IsExtensionMethod: false, ExplicitInterfaceImplementations.IsEmpty: true, PartialDefinitionPart: null, PartialImplementationPart: null }
        && !symbol.Parameters.Any(parameter => parameter.IsParams)
        && !Functions.Own(function).OfType<YieldStatementSyntax>().Any()
        && !IsInterfaceMember(symbol);

    /// <summary>Adds the parameter, and an argument that nothing reads to all calls but those given.</summary>
    public bool TryAdd(string type, string name, Func<SyntaxNode, SourceEdits> edits, IReadOnlyCollection<InvocationExpressionSyntax> given) =>
        Declare($"out {type} {name}", "out _", edits, given);

    /// <summary>Adds parameters by reference to a function that is called at one place only.</summary>
    public bool TryAddSums(IReadOnlyCollection<string> sums, Func<SyntaxNode, SourceEdits> edits, InvocationExpressionSyntax call)
    {
        if (!Declare(string.Join(", ", sums.Select(sum => $"ref float {sum}")), null, edits, [call]))
        {
            return false;
        }

        Give(call, string.Join(", ", sums.Select(sum => $"ref {sum}")), edits(call));
        return true;
    }

    private bool Declare(string text, string? unread, Func<SyntaxNode, SourceEdits> edits, IReadOnlyCollection<InvocationExpressionSyntax> given)
    {
        foreach (var tree in models(function).Compilation.SyntaxTrees)
        {
            var model = tree == function.SyntaxTree ? models(function) : models(tree.GetRoot());
            foreach (var use in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(use => use.Identifier.ValueText == symbol!.Name))
            {
                if (!SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(use).Symbol?.OriginalDefinition, symbol!.OriginalDefinition))
                {
                    continue;
                }

                var expression = use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : (ExpressionSyntax)use;
                if (expression.Parent is not InvocationExpressionSyntax call || call.Expression != expression)
                {
                    return false;
                }

                if (!given.Contains(call))
                {
                    if (unread is null)
                    {
                        return false;
                    }

                    Give(call, unread, edits(call));
                }
            }
        }

        var optional = parameters!.Parameters.FirstOrDefault(parameter => parameter.Default is not null);
        if (optional is not null)
        {
            edits(parameters).Insert(optional.SpanStart, text + ", ");
        }
        else
        {
            edits(parameters).Insert(parameters.CloseParenToken.SpanStart, parameters.Parameters.Count == 0 ? text : ", " + text);
        }

        return true;
    }

    /// <summary>Adds the argument to a call.</summary>
    public void Give(InvocationExpressionSyntax call, string argument, SourceEdits edits)
    {
        var arguments = call.ArgumentList;
        var position = symbol!.Parameters.TakeWhile(parameter => !parameter.IsOptional).Count();
        if (position < arguments.Arguments.Count && arguments.Arguments[position].NameColon is null)
        {
            edits.Insert(arguments.Arguments[position].SpanStart, argument + ", ");
            return;
        }

        edits.Insert(arguments.CloseParenToken.SpanStart, arguments.Arguments.Count == 0 ? argument : ", " + argument);
    }

    private static bool IsInterfaceMember(IMethodSymbol method) =>
        method.ContainingType?.AllInterfaces.SelectMany(contract => contract.GetMembers(method.Name)).Any(member =>
            SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method)) == true;
}
