using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.StandIns.RoslynTesting.Tests;

/// <summary>Calls a method Good instead of Bad; subclasses are wrong in one way each.</summary>
public class GoodNameFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds => ["DEMO001"];

    protected virtual string Beginning => "Good";

    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        context.RegisterCodeFix(CodeAction.Create("Say good", token => ReplaceAsync(context.Document, context.Span, Beginning, token), "good"), context.Diagnostics);
        context.RegisterCodeFix(CodeAction.Create("Say better", token => ReplaceAsync(context.Document, context.Span, "Better", token), "better"), context.Diagnostics);
        return Task.CompletedTask;
    }

    protected static async Task<Document> ReplaceAsync(Document document, TextSpan span, string beginning, CancellationToken token)
    {
        var text = await document.GetTextAsync(token);
        return document.WithText(text.Replace(new TextSpan(span.Start, "Bad".Length), beginning));
    }
}

/// <summary>What it writes is reported again.</summary>
public sealed class EndlessFix : GoodNameFix
{
    protected override string Beginning => "BadBad";
}

/// <summary>Offers an action that leaves the code as it is.</summary>
public sealed class IdleFix : GoodNameFix
{
    protected override string Beginning => "Bad";
}

/// <summary>Fixes all of a document otherwise than it fixes one.</summary>
public sealed class OtherFixAllFix : GoodNameFix
{
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
    {
        var text = await document.GetTextAsync(context.CancellationToken);
        return document.WithText(text.WithChanges(diagnostics.Select(diagnostic => new TextChange(new TextSpan(diagnostic.Location.SourceSpan.Start, 3), "Fine"))));
    });
}
