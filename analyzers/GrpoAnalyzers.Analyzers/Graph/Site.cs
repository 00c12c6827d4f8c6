using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Graph;

/// <summary>A place in the user's code, with the calls through which the reading came to it.</summary>
internal sealed class Site
{
    public static readonly Site None = new(null, null);

    public Site(SyntaxNode? syntax, Site? caller)
    {
        Syntax = syntax;
        Caller = caller;
    }

    public SyntaxNode? Syntax { get; }

    /// <summary>The call through which the body that holds the syntax was entered; null in the body that was read first.</summary>
    public Site? Caller { get; }
}
