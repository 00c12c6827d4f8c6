using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A source without its markup, and what the markup said: <c>[|…|]</c>, <c>{|name:…|}</c> and <c>$$</c>.</summary>
internal sealed class TestMarkup
{
    private TestMarkup(SourceText text, List<(string Name, TextSpan Span)> spans, List<int> positions)
    {
        Text = text;
        Spans = spans;
        Positions = positions;
    }

    public SourceText Text { get; }

    /// <summary>Spans by name; the name of <c>[|…|]</c> is empty.</summary>
    public List<(string Name, TextSpan Span)> Spans { get; }

    public List<int> Positions { get; }

    public static TestMarkup Parse(SourceText source)
    {
        var input = source.ToString();
        var output = new StringBuilder(input.Length);
        var open = new Stack<(string Name, char Closing, int Start)>();
        var spans = new List<(string Name, TextSpan Span)>();
        var positions = new List<int>();

        for (var at = 0; at < input.Length;)
        {
            var rest = input.AsSpan(at);
            if (rest.StartsWith("$$"))
            {
                positions.Add(output.Length);
                at += 2;
            }
            else if (rest.StartsWith("[|"))
            {
                open.Push(("", ']', output.Length));
                at += 2;
            }
            else if (rest.StartsWith("{|") && NameLength(rest[2..]) is > 0 and var length)
            {
                open.Push((rest.Slice(2, length).ToString(), '}', output.Length));
                at += 2 + length + 1;
            }
            else if (rest.Length > 1 && rest[0] == '|' && open.TryPeek(out var top) && rest[1] == top.Closing)
            {
                open.Pop();
                spans.Add((top.Name, TextSpan.FromBounds(top.Start, output.Length)));
                at += 2;
            }
            else
            {
                output.Append(input[at++]);
            }
        }

        if (open.Count > 0)
        {
            throw new ArgumentException($"The markup span '{(open.Peek().Name is "" ? "[|" : open.Peek().Name)}' is not closed.");
        }

        var text = SourceText.From(output.ToString(), source.Encoding ?? Encoding.UTF8, source.ChecksumAlgorithm);
        return new TestMarkup(text, [.. spans.OrderBy(span => span.Span.Start).ThenByDescending(span => span.Span.Length)], positions);
    }

    private static int NameLength(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == ':')
            {
                return at;
            }

            if (!char.IsAsciiLetterOrDigit(text[at]) && text[at] is not ('#' or '_' or '-' or '.'))
            {
                return 0;
            }
        }

        return 0;
    }
}
