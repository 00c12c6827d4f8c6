using System.Collections.Concurrent;
using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Graph.Reading;
using GrpoAnalyzers.Graph.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Trainer;

/// <summary>
/// Finds where the trainers of a type are entered and reads them. Made once a compilation; what is read from an entry is shared by the types
/// that take part in it.
/// </summary>
internal sealed class TrainerSource
{
    /// <summary>How many calls deep the surrogate of a loss that nothing calls is looked for.</summary>
    private const int DelegationDepth = 3;

    private static readonly string[] RootNames = ["backward", "grad"];

    private readonly KnownTypes types;
    private readonly BodySource bodies;
    private readonly SymbolSearch search;
    private readonly ConcurrentDictionary<ISymbol, TrainerReading> readings = new(SymbolEqualityComparer.Default);

    public TrainerSource(Compilation compilation, KnownTypes types)
    {
        this.types = types;
        bodies = new BodySource(compilation);
        search = new SymbolSearch(bodies);
    }

    /// <summary>The model of the trainers in a type; null when it has none.</summary>
    public TrainerModel? ModelOf(INamedTypeSymbol type, TrainerOptions options, CancellationToken cancellation)
    {
        var entries = EntriesOf(type, cancellation);
        if (entries.Count == 0)
        {
            return null;
        }

        var found = new List<TrainerReading>();
        foreach (var entry in entries)
        {
            found.Add(ReadingOf(entry, cancellation));
        }

        return TrainerModel.Of(found, root => IsOwned(root, type), options);
    }

    private TrainerReading ReadingOf(IMethodSymbol entry, CancellationToken cancellation)
    {
        if (readings.TryGetValue(entry, out var known))
        {
            return known;
        }

        var reader = new Reader(bodies, search, types, cancellation);
        var returned = reader.ReadEntry(entry);
        var site = new Site(entry.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation), null);
        return readings.GetOrAdd(entry, new TrainerReading(reader, MayReturnLoss(entry) ? returned : null, site));
    }

    /// <summary>A loss belongs to the type in which backward is called on it, or whose method returns it.</summary>
    private static bool IsOwned(LossRoot root, INamedTypeSymbol type)
    {
        if (root.Site.Syntax is not { } syntax)
        {
            return false;
        }

        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (reference.SyntaxTree == syntax.SyntaxTree && reference.Span.Contains(syntax.Span) && !IsInNestedType(syntax, reference.GetSyntax()))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInNestedType(SyntaxNode syntax, SyntaxNode declaration)
    {
        for (var node = syntax.Parent; node is not null && node != declaration; node = node.Parent)
        {
            if (node is BaseTypeDeclarationSyntax && node != declaration)
            {
                return true;
            }
        }

        return false;
    }

    private IReadOnlyList<IMethodSymbol> EntriesOf(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var entries = new List<IMethodSymbol>();
        foreach (var root in RootMethods(type, cancellation))
        {
            var known = entries.Count;
            if (Climb(root, entries, new HashSet<ISymbol>(SymbolEqualityComparer.Default), cancellation) is { } met && entries.Count == known && known < Budget.Entries
                && !entries.Contains(met, SymbolEqualityComparer.Default))
            {
                entries.Add(met);
            }
        }

        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (entries.Count < Budget.Entries
                && MayReturnLoss(method)
                && method.MethodKind == MethodKind.Ordinary
                && search.CallersOf(method, cancellation).Count == 0
                && ReachesLoss(method, DelegationDepth, cancellation)
                && !entries.Contains(method, SymbolEqualityComparer.Default))
            {
                entries.Add(method);
            }
        }

        return entries;
    }

    private bool MayReturnLoss(IMethodSymbol method)
    {
        var returned = method.ReturnType;
        if (returned is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.Length: 1 } task)
        {
            returned = task.TypeArguments[0];
        }

        return types.IsTensor(returned)
            || (returned is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.Any(element => types.IsTensor(element.Type)));
    }

    /// <summary>Whether a method, or one that it calls, names something that every surrogate needs: a look before it is read.</summary>
    private bool ReachesLoss(IMethodSymbol method, int depth, CancellationToken cancellation)
    {
        if (MentionsLoss(method, cancellation))
        {
            return true;
        }

        if (depth == 0)
        {
            return false;
        }

        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            var model = bodies.ModelOf(reference.SyntaxTree);
            foreach (var call in reference.GetSyntax(cancellation).DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol { DeclaringSyntaxReferences.IsEmpty: false } called
                    && ReachesLoss(called.OriginalDefinition, depth - 1, cancellation))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A method names something that every surrogate needs.</summary>
    private static bool MentionsLoss(IMethodSymbol method, CancellationToken cancellation)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            var index = TreeIndex.Of(reference.SyntaxTree, cancellation);
            foreach (var name in new[] { "exp", "log_softmax", "log_prob", "cross_entropy", "expm1", "call", "min", "minimum", "nll_loss", "gather" })
            {
                foreach (var use in index.UsesOf(name))
                {
                    if (reference.Span.Contains(use.Span))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>The members of a type in which gradients are computed.</summary>
    private IReadOnlyList<IMethodSymbol> RootMethods(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var found = new List<IMethodSymbol>();
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            var index = TreeIndex.Of(reference.SyntaxTree, cancellation);
            foreach (var use in RootNames.SelectMany(index.UsesOf))
            {
                if (!reference.Span.Contains(use.Span) || use is not InvocationExpressionSyntax)
                {
                    continue;
                }

                var symbol = bodies.ModelOf(reference.SyntaxTree).GetEnclosingSymbol(use.SpanStart, cancellation);
                while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
                {
                    symbol = symbol.ContainingSymbol;
                }

                if (symbol is IMethodSymbol method
                    && SymbolEqualityComparer.Default.Equals(method.ContainingType.OriginalDefinition, type.OriginalDefinition)
                    && !found.Contains(method, SymbolEqualityComparer.Default))
                {
                    found.Add(method);
                }
            }
        }

        return found;
    }

    /// <summary>Goes from a method to those that call it, up to methods that nothing calls.</summary>
    /// <returns>A method that was met again on the way: where all call one another, any of them is the entry.</returns>
    private IMethodSymbol? Climb(IMethodSymbol method, List<IMethodSymbol> entries, HashSet<ISymbol> seen, CancellationToken cancellation)
    {
        if (entries.Count >= Budget.Entries)
        {
            return null;
        }

        if (!seen.Add(method))
        {
            return method;
        }

        IMethodSymbol? met = null;
        var isEntry = true;
        foreach (var caller in search.CallersOf(method, cancellation))
        {
            if (caller is IMethodSymbol calling && !SymbolEqualityComparer.Default.Equals(calling.OriginalDefinition, method.OriginalDefinition)
                && calling.MethodKind is not (MethodKind.PropertySet or MethodKind.EventAdd))
            {
                isEntry = false;
                met = Climb(calling, entries, seen, cancellation) ?? met;
            }
        }

        if (isEntry && !entries.Contains(method, SymbolEqualityComparer.Default))
        {
            entries.Add(method);
        }

        return met;
    }
}
