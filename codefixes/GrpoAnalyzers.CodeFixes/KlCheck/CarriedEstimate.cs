using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>An estimate that is made where the loss is computed and handed to where the step is made: by an out parameter, or by a member where there can be none.</summary>
internal sealed class CarriedEstimate(RepeatedUpdate update, ExpressionSyntax ratio, Func<SyntaxNode, SourceEdits> edits, Func<SyntaxNode, SemanticModel> models, Names names)
{
    public bool TryMake(ExpressionStatementSyntax step, KlLimit limit, LoopExit exit, Idiom idiom)
    {
        var place = Functions.Listed(step);
        var function = Functions.Around(ratio);
        if (place is null || Call(step) is not { } call || Functions.LoopsAround(ratio).Any()
            || Functions.Listed(ratio) is not { Parent: BlockSyntax block } computed || block != Functions.BodyOf(function)
            || EndOf(block, function) is not { } end || end == computed
            || Functions.Listed(call) is not { } calling || !IsBefore(calling, place))
        {
            return false;
        }

        if (Functions.LoopsAround(calling).FirstOrDefault() is { } loop && !loop.Span.Contains(place.Span))
        {
            // The losses of one update come from a loop before it: each is checked.
            if (calling.Parent is not BlockSyntax parts || parts.Statements.SkipWhile(other => other != calling).Skip(1).FirstOrDefault() is not { } following)
            {
                return false;
            }

            place = following;
        }

        var torch = new Idiom(models(ratio)).Torch(ratio.SpanStart);
        if (KlEstimate.Of(update.Ratio, end, names.Free, torch, models) is not { } estimate)
        {
            return false;
        }

        var kl = names.Free("kl", "klEstimate");
        var indent = edits(place).IndentOf(place);
        var parameter = new OutParameter(function, models);
        if (call is InvocationExpressionSyntax invocation && parameter.CanBeAdded && IsCallOf(call, function) && HasScopeOf(calling, place))
        {
            if (!parameter.TryAdd("float", kl, edits, [invocation]))
            {
                return false;
            }

            parameter.Give(invocation, $"out {idiom.Declared("float")} {kl}", edits(call));
            if (!exit.TryLeave(place, $"!({kl} <= {limit.Name})", indent))
            {
                return false;
            }

            limit.Declare(edits(place));
        }
        else
        {
            if (Member(function, call, step, ref kl) is not { } member || !exit.TryLeave(place, $"!({member.Read} <= {limit.Name})", indent))
            {
                return false;
            }

            if (member.Type == step.FirstAncestorOrSelf<TypeDeclarationSyntax>())
            {
                limit.Declare(edits(place), member.Declaration);
            }
            else
            {
                limit.Declare(edits(place));
                var first = member.Type.Members.First(other => other is not FieldDeclarationSyntax);
                edits(first).Insert(first.SpanStart, member.Declaration + edits(first).LineBreak + edits(first).LineBreak + edits(first).IndentOf(first));
            }
        }

        InsertEstimate(end, estimate, kl, torch);
        if (exit.Lines is not { } lines)
        {
            return false;
        }

        lines[0] = lines[0].Substring(indent.Length);
        edits(place).Insert(place.SpanStart, string.Join(edits(place).LineBreak, lines) + edits(place).LineBreak + (lines.Count > 1 ? edits(place).LineBreak : "") + indent + exit.Step);
        return true;
    }

    /// <summary>The statement with which a function ends, whatever way is taken through it: what it returns, or the last that it does.</summary>
    private static StatementSyntax? EndOf(BlockSyntax body, SyntaxNode function)
    {
        var returns = Functions.Own(function).OfType<ReturnStatementSyntax>().Count();
        return body.Statements.Last() switch
        {
            ReturnStatementSyntax end when returns == 1 => end,
            ExpressionStatementSyntax end when returns == 0 && Functions.ReturnsNothing(function) => end,
            _ => null,
        };
    }

    /// <summary>The call, in the function of the step, through which the ratio is computed.</summary>
    private ExpressionSyntax? Call(ExpressionStatementSyntax step)
    {
        var function = Functions.Around(step);
        return Functions.Around(ratio) is not null && update.Ratio.Site.Caller?.Syntax is ExpressionSyntax call && call != update.Step && Functions.Around(call) == function ? call : null;
    }

    private static bool IsBefore(StatementSyntax calling, StatementSyntax place) => calling.SpanStart < place.SpanStart && calling.Span.End <= place.SpanStart;

    private bool IsCallOf(ExpressionSyntax call, SyntaxNode function) =>
        call is InvocationExpressionSyntax && models(call).GetSymbolInfo(call).Symbol is IMethodSymbol called && called.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() == function);

    /// <summary>Whether a variable that is declared in a statement can be read in another.</summary>
    private static bool HasScopeOf(StatementSyntax calling, StatementSyntax place) =>
        calling is ExpressionStatementSyntax or LocalDeclarationStatementSyntax && place.Ancestors().Contains(Functions.ListOf(calling));

    /// <summary>A field of the type in which both stand, or a property of the object whose method computes the loss.</summary>
    private (TypeDeclarationSyntax Type, string Declaration, string Read)? Member(SyntaxNode function, ExpressionSyntax call, ExpressionStatementSyntax step, ref string kl)
    {
        if (function.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type || type.Members.All(member => member is FieldDeclarationSyntax))
        {
            return null;
        }

        if (type == step.FirstAncestorOrSelf<TypeDeclarationSyntax>())
        {
            if (type.Modifiers.Any(SyntaxKind.StaticKeyword) || function is not AnonymousFunctionExpressionSyntax || !IsOnlyLossOf(call))
            {
                return null;
            }

            kl = names.Free("lossKl", "klOfLoss");
            return (type, $"private float {kl};", kl);
        }

        // The loss is that of a derived class.
        if (function is MethodDeclarationSyntax && !function.ChildTokens().Any(token => token.IsKind(SyntaxKind.StaticKeyword))
            && step.FirstAncestorOrSelf<TypeDeclarationSyntax>() is ClassDeclarationSyntax trainer && IsDerived(type, trainer)
            && call is InvocationExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } })
        {
            kl = names.Free("LossKl", "KlOfLoss");
            return (trainer, $"protected float {kl} {{ get; set; }}", kl);
        }

        // The call is of the object: criterion.call(…), criterion.forward(…).
        if (call is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: (IdentifierNameSyntax or MemberAccessExpressionSyntax) and var receiver } }
            || function is not MethodDeclarationSyntax
            || !SymbolEqualityComparer.Default.Equals(models(call).GetTypeInfo(receiver).Type, models(type).GetDeclaredSymbol(type)))
        {
            return null;
        }

        kl = names.Free("ApproxKl", "KlEstimate");
        return (type, $"public float {kl} {{ get; private set; }}", $"{receiver}.{kl}");
    }

    /// <summary>Whether no other lambda can be what is called: a function that is given one is called once, or the field would be one that another left.</summary>
    private bool IsOnlyLossOf(ExpressionSyntax call)
    {
        if (call is not InvocationExpressionSyntax { Expression: IdentifierNameSyntax called } || models(called).GetSymbolInfo(called).Symbol is not IParameterSymbol { ContainingSymbol: { } taker })
        {
            return true;
        }

        return models(call).Compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            .Count(name => name.Identifier.ValueText == taker.Name && SymbolEqualityComparer.Default.Equals(models(name).GetSymbolInfo(name).Symbol?.OriginalDefinition, taker)) == 1;
    }

    private bool IsDerived(TypeDeclarationSyntax type, TypeDeclarationSyntax from)
    {
        var wanted = models(from).GetDeclaredSymbol(from);
        for (var current = models(type).GetDeclaredSymbol(type)?.BaseType; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, wanted))
            {
                return true;
            }
        }

        return false;
    }

    private void InsertEstimate(StatementSyntax end, KlEstimate estimate, string kl, string torch)
    {
        var idiom = new Idiom(models(ratio));
        var indent = edits(end).IndentOf(end);
        var inner = indent + idiom.Unit;
        List<string> lines = [$"using ({torch}no_grad())", indent + "{"];
        if (estimate.LogRatio is { } logRatio)
        {
            lines.Add($"{inner}{idiom.DeclaredTensor(end)} {estimate.Name} = {logRatio};");
        }

        var mean = estimate.Mask is { Selects: false } ? $"({estimate.Mean})" : estimate.Mean;
        lines.Add($"{inner}{kl} = {mean}.item<float>();");
        lines.Add(indent + "}");
        lines.Add("");
        edits(end).Insert(end.SpanStart, string.Join(edits(end).LineBreak, lines) + edits(end).LineBreak + indent);
    }
}
