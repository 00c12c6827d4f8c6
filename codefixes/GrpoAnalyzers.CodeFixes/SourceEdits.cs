using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Changes to the text of one document. What they do not name keeps its trivia and its form.</summary>
internal sealed class SourceEdits(SourceText text)
{
    private readonly List<TextChange> changes = [];

    private readonly HashSet<IdentifierNameSyntax> gone = [];

    /// <summary>Whether an edit takes a name away.</summary>
    public bool IsGone(IdentifierNameSyntax name) => gone.Contains(name);

    /// <summary>Notes that edits take these names away.</summary>
    public void Lose(IEnumerable<IdentifierNameSyntax> names) => gone.UnionWith(names);

    /// <summary>Whether two edits want the same text to become different things.</summary>
    public bool IsContradictory
    {
        get
        {
            var ordered = changes.OrderBy(change => change.Span.Start).ThenBy(change => change.Span.End).ToList();
            return ordered.Zip(ordered.Skip(1), (left, right) => left.Span.End > right.Span.Start).Any(overlaps => overlaps);
        }
    }

    /// <summary>The line break that the document uses.</summary>
    public string LineBreak { get; } = text.Lines.Count > 1 && text.ToString(TextSpan.FromBounds(text.Lines[0].End, text.Lines[0].EndIncludingLineBreak)) == "\r\n" ? "\r\n" : "\n";

    /// <summary>Puts a part of an expression in its place.</summary>
    public void Reduce(ExpressionSyntax whole, ExpressionSyntax part)
    {
        var outer = TensorCall.Wrapped(whole);
        var inner = TensorCall.Unwrap(part);
        var wrap = Parentheses.AreNeeded(inner, outer);
        Replace(TextSpan.FromBounds(outer.SpanStart, inner.SpanStart), wrap ? "(" : "");
        Replace(TextSpan.FromBounds(inner.Span.End, outer.Span.End), wrap ? ")" : "");
    }

    public void Replace(TextSpan span, string with)
    {
        if (span.Length > 0 || with.Length > 0)
        {
            changes.Add(new TextChange(span, with));
        }
    }

    public void Insert(int position, string what) => Replace(new TextSpan(position, 0), what);

    /// <summary>Removes a statement or member, with its lines if nothing else is on them. Comments above it stay.</summary>
    public void Remove(SyntaxNode statement)
    {
        var first = text.Lines.GetLineFromPosition(statement.SpanStart);
        var last = text.Lines.GetLineFromPosition(statement.Span.End);
        var isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, statement.SpanStart)))
            && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(statement.Span.End, last.End)));
        if (!isAlone)
        {
            Replace(statement.Span, "");
            return;
        }

        // Of two blank lines that would meet, or one that would meet a brace, the first goes too.
        var start = first.Start;
        if (first.LineNumber > 0 && IsBlank(first.LineNumber - 1) && last.LineNumber + 1 < text.Lines.Count
            && (IsBlank(last.LineNumber + 1) || text.Lines[last.LineNumber + 1].ToString().TrimStart().StartsWith("}", StringComparison.Ordinal)))
        {
            start = text.Lines[first.LineNumber - 1].Start;
        }

        Replace(TextSpan.FromBounds(start, last.EndIncludingLineBreak), "");

        bool IsBlank(int line) => string.IsNullOrWhiteSpace(text.Lines[line].ToString());
    }

    /// <summary>The white space a line begins with.</summary>
    public string IndentOf(SyntaxNode node)
    {
        var line = text.Lines.GetLineFromPosition(node.SpanStart);
        return text.ToString(TextSpan.FromBounds(line.Start, node.SpanStart)) is { } before && before.All(char.IsWhiteSpace) ? before : new string(' ', 4);
    }

    public Document ApplyTo(Document document) => document.WithText(text.WithChanges(changes.OrderBy(change => change.Span)));
}
