using System.Text;

namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>A place where a case expects a diagnostic; lines count from one.</summary>
public readonly record struct ExpectedDiagnostic(string File, int Line, string Id)
{
    public override string ToString() => $"{File}({Line}): {Id}";
}

/// <summary>One source file of a case: its text without markup, and the places that the markup named.</summary>
public sealed class CaseFile
{
    private CaseFile(string name, string text, IReadOnlyList<ExpectedDiagnostic> expected, IReadOnlyDictionary<string, string> header)
    {
        Name = name;
        Text = text;
        Expected = expected;
        Header = header;
    }

    public string Name { get; }

    public string Text { get; }

    public IReadOnlyList<ExpectedDiagnostic> Expected { get; }

    /// <summary>The `// key: value` lines at the top of the file.</summary>
    public IReadOnlyDictionary<string, string> Header { get; }

    public bool IsMain => Header.ContainsKey("case");

    public static CaseFile Read(string path) => Parse(Path.GetFileName(path), File.ReadAllText(path));

    /// <summary>Takes `{|ID:code|}` out of a text and keeps its first line as the expected place.</summary>
    public static CaseFile Parse(string name, string marked)
    {
        marked = marked.Replace("\r\n", "\n", StringComparison.Ordinal);
        var text = new StringBuilder(marked.Length);
        var expected = new List<ExpectedDiagnostic>();
        var open = 0;
        var line = 1;
        for (var i = 0; i < marked.Length; i++)
        {
            if (string.CompareOrdinal(marked, i, "{|GRPO", 0, 6) == 0)
            {
                var colon = marked.IndexOf(':', i);
                expected.Add(new ExpectedDiagnostic(name, line, marked[(i + 2)..colon]));
                open++;
                i = colon;
            }
            else if (open > 0 && string.CompareOrdinal(marked, i, "|}", 0, 2) == 0)
            {
                open--;
                i++;
            }
            else
            {
                if (marked[i] == '\n')
                    line++;
                text.Append(marked[i]);
            }
        }

        if (open != 0)
            throw new FormatException($"{name}: a marker is not closed.");
        return new CaseFile(name, text.ToString(), expected, ReadHeader(marked));
    }

    private static Dictionary<string, string> ReadHeader(string marked)
    {
        var header = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in marked.Split('\n').TakeWhile(l => l.StartsWith("//", StringComparison.Ordinal)))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                header.TryAdd(line[2..colon].Trim(), line[(colon + 1)..].Trim());
        }

        return header;
    }
}
