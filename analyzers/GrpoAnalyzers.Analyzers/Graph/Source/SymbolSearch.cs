using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Graph.Source;

/// <summary>Finds who calls a method, who assigns a member and who overrides a method, by the indexes of the files.</summary>
internal sealed class SymbolSearch(BodySource bodies)
{
    private readonly ConcurrentDictionary<ISymbol, IReadOnlyList<ISymbol>> callers = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, IReadOnlyList<ISymbol>> assigners = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, IReadOnlyList<IMethodSymbol>> implementations = new(SymbolEqualityComparer.Default);
    private readonly Lazy<IReadOnlyList<INamedTypeSymbol>> types = new(() => SourceTypes(bodies.Compilation.Assembly.GlobalNamespace));

    /// <summary>The members whose bodies call the method or name it as a delegate.</summary>
    public IReadOnlyList<ISymbol> CallersOf(IMethodSymbol method, CancellationToken cancellation) =>
        callers.GetOrAdd(method.OriginalDefinition, key => MembersThatUse((IMethodSymbol)key, cancellation));

    /// <summary>The members whose bodies assign a field or property, its own constructors and initialiser included.</summary>
    public IReadOnlyList<ISymbol> AssignersOf(ISymbol member, CancellationToken cancellation) =>
        assigners.GetOrAdd(member.OriginalDefinition, key => MembersThatAssign(key, cancellation));

    /// <summary>The only body in the compilation that a call of the method can reach; null where there is none or more than one.</summary>
    public IMethodSymbol? OnlyImplementation(IMethodSymbol method, CancellationToken cancellation)
    {
        var found = implementations.GetOrAdd(method.OriginalDefinition, key => ImplementationsOf((IMethodSymbol)key, cancellation));
        return found.Count == 1 ? found[0] : null;
    }

    /// <summary>What a call of the method runs when the object is of a known type.</summary>
    public static IMethodSymbol? ImplementationIn(INamedTypeSymbol type, IMethodSymbol method)
    {
        if (method.ContainingType.TypeKind == TypeKind.Interface)
        {
            foreach (var @interface in type.AllInterfaces)
            {
                if (SymbolEqualityComparer.Default.Equals(@interface.OriginalDefinition, method.ContainingType.OriginalDefinition))
                {
                    var member = @interface.GetMembers(method.Name).OfType<IMethodSymbol>()
                        .FirstOrDefault(candidate => SameDefinition(candidate, method));
                    return member is null ? null : type.FindImplementationForInterfaceMember(member) as IMethodSymbol;
                }
            }

            return null;
        }

        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers(method.Name))
            {
                if (member is IMethodSymbol candidate && Reaches(candidate, method))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    private static bool SameDefinition(ISymbol left, ISymbol right) =>
        SymbolEqualityComparer.Default.Equals(left.OriginalDefinition, right.OriginalDefinition);

    /// <summary>Whether a method is another, or overrides it.</summary>
    private static bool Reaches(IMethodSymbol candidate, IMethodSymbol method)
    {
        for (var current = candidate; current is not null; current = current.OverriddenMethod)
        {
            if (SameDefinition(current, method))
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<INamedTypeSymbol> SourceTypes(INamespaceSymbol root)
    {
        var found = new List<INamedTypeSymbol>();
        var pending = new Stack<INamespaceOrTypeSymbol>();
        pending.Push(root);
        while (pending.Count > 0)
        {
            var current = pending.Pop();
            if (current is INamedTypeSymbol type)
            {
                found.Add(type);
            }

            foreach (var member in current.GetMembers())
            {
                if (member is INamespaceOrTypeSymbol nested)
                {
                    pending.Push(nested);
                }
            }
        }

        return found;
    }

    private IReadOnlyList<IMethodSymbol> ImplementationsOf(IMethodSymbol method, CancellationToken cancellation)
    {
        var found = new List<IMethodSymbol>();
        var hasBody = !method.IsAbstract && method.DeclaringSyntaxReferences.Length > 0;
        if (hasBody && !method.ContainingType.IsAbstract)
        {
            found.Add(method);
        }

        foreach (var type in types.Value)
        {
            cancellation.ThrowIfCancellationRequested();
            if (type.TypeKind == TypeKind.Interface || type.IsAbstract || SymbolEqualityComparer.Default.Equals(type, method.ContainingType))
            {
                continue;
            }

            // What objects there can be decides, not what an abstract class has for them to override.
            if (DerivesFrom(type, method.ContainingType)
                && ImplementationIn(type, method) is { IsAbstract: false, DeclaringSyntaxReferences.Length: > 0 } implementation
                && !found.Any(other => SameDefinition(other, implementation)))
            {
                found.Add(implementation);
            }
        }

        if (found.Count == 0 && hasBody)
        {
            found.Add(method);
        }

        return found;
    }

    private static bool DerivesFrom(INamedTypeSymbol type, INamedTypeSymbol from)
    {
        if (from.TypeKind == TypeKind.Interface)
        {
            return type.AllInterfaces.Any(@interface => SameDefinition(@interface, from));
        }

        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (SameDefinition(current, from))
            {
                return true;
            }
        }

        return false;
    }

    private List<ISymbol> MembersThatUse(IMethodSymbol method, CancellationToken cancellation)
    {
        var found = new List<ISymbol>();
        foreach (var tree in bodies.Compilation.SyntaxTrees)
        {
            var index = TreeIndex.Of(tree, cancellation);
            foreach (var use in index.UsesOf(method.Name))
            {
                cancellation.ThrowIfCancellationRequested();
                var model = bodies.ModelOf(tree);
                if (model.GetSymbolInfo(use, cancellation).Symbol is IMethodSymbol target && IsCallOf(target.ReducedFrom ?? target, method))
                {
                    AddEnclosing(found, model, use, cancellation);
                }
            }

            foreach (var use in method.Name == "forward" ? index.UsesOf("call") : [])
            {
                cancellation.ThrowIfCancellationRequested();
                if (IsModuleCall(use, bodies.ModelOf(tree), method, cancellation))
                {
                    AddEnclosing(found, bodies.ModelOf(tree), use, cancellation);
                }
            }
        }

        return found;
    }

    /// <summary>A module's <c>call</c> runs the <c>forward</c> of its type.</summary>
    private static bool IsModuleCall(SyntaxNode use, SemanticModel model, IMethodSymbol forward, CancellationToken cancellation) =>
        use is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
        && model.GetTypeInfo(access.Expression, cancellation).Type is INamedTypeSymbol receiver
        && (SameDefinition(receiver, forward.ContainingType) || DerivesFrom(receiver, forward.ContainingType));

    private static bool IsCallOf(IMethodSymbol target, IMethodSymbol method) =>
        Reaches(method, target) || (target.ContainingType?.TypeKind == TypeKind.Interface
            && method.ContainingType is { } type
            && ImplementationIn(type, target) is { } implementation
            && SameDefinition(implementation, method));

    private List<ISymbol> MembersThatAssign(ISymbol member, CancellationToken cancellation)
    {
        var found = new List<ISymbol>();
        foreach (var tree in bodies.Compilation.SyntaxTrees)
        {
            foreach (var assignment in TreeIndex.Of(tree, cancellation).AssignmentsOf(member.Name))
            {
                cancellation.ThrowIfCancellationRequested();
                var model = bodies.ModelOf(tree);
                if (Targets(assignment).Any(target => model.GetSymbolInfo(target, cancellation).Symbol is { } symbol && SameDefinition(symbol, member)))
                {
                    AddEnclosing(found, model, assignment, cancellation);
                }
            }
        }

        return found;
    }

    private static IEnumerable<SyntaxNode> Targets(SyntaxNode assignment)
    {
        var target = assignment switch
        {
            AssignmentExpressionSyntax simple => simple.Left,
            PrefixUnaryExpressionSyntax prefix => prefix.Operand,
            PostfixUnaryExpressionSyntax postfix => postfix.Operand,
            ArgumentSyntax argument => argument.Expression,
            _ => null,
        };
        return target switch
        {
            null => [],
            TupleExpressionSyntax tuple => tuple.Arguments.Select(argument => argument.Expression),
            _ => [target],
        };
    }

    private static void AddEnclosing(List<ISymbol> found, SemanticModel model, SyntaxNode node, CancellationToken cancellation)
    {
        var symbol = model.GetEnclosingSymbol(node.SpanStart, cancellation);
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
        {
            symbol = symbol.ContainingSymbol;
        }

        if (symbol is IMethodSymbol or IFieldSymbol or IPropertySymbol && !found.Contains(symbol, SymbolEqualityComparer.Default))
        {
            found.Add(symbol);
        }
    }
}
