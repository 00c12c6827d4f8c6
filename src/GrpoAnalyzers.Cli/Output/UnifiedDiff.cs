using System.Text;
using DiffPlex;
using DiffPlex.Model;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>The difference of two texts in the form that patch and git apply read.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    private static readonly char[] LineEnd = ['\n'];

    public static string Of(string path, string before, string after)
    {
        var blocks = new Differ().CreateCustomDiffs(before, after, ignoreWhiteSpace: false, Lines).DiffBlocks;
        var name = DisplayPath.Of(path).Replace(Path.DirectorySeparatorChar, '/');
        var text = new StringBuilder($"--- a/{name}\n+++ b/{name}\n");
        var (old, now) = (Lines(before), Lines(after));
        for (var first = 0; first < blocks.Count;)
        {
            var last = first;
            while (last + 1 < blocks.Count && blocks[last + 1].DeleteStartA - End(blocks[last]) <= 2 * Context)
                last++;
            AppendHunk(text, [.. blocks.Skip(first).Take(last - first + 1)], old, now);
            first = last + 1;
        }

        return text.ToString();
    }

    private static int End(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static void AppendHunk(StringBuilder text, IReadOnlyList<DiffBlock> blocks, string[] old, string[] now)
    {
        var start = Math.Max(0, blocks[0].DeleteStartA - Context);
        var end = Math.Min(old.Length, End(blocks[^1]) + Context);
        var startNow = blocks[0].InsertStartB - (blocks[0].DeleteStartA - start);
        var countNow = end - start + blocks.Sum(block => block.InsertCountB - block.DeleteCountA);
        text.Append($"@@ -{Range(start, end - start)} +{Range(startNow, countNow)} @@\n");
        var at = start;
        foreach (var block in blocks)
        {
            AppendLines(text, ' ', old[at..block.DeleteStartA]);
            AppendLines(text, '-', old[block.DeleteStartA..End(block)]);
            AppendLines(text, '+', now[block.InsertStartB..(block.InsertStartB + block.InsertCountB)]);
            at = End(block);
        }

        AppendLines(text, ' ', old[at..end]);
    }

    private static string Range(int start, int count) => count == 0 ? $"{start},0" : $"{start + 1},{count}";

    private static void AppendLines(StringBuilder text, char mark, string[] lines)
    {
        foreach (var line in lines)
        {
            text.Append(mark).Append(line);
            if (!line.EndsWith('\n'))
                text.Append("\n\\ No newline at end of file\n");
        }
    }

    /// <summary>Lines with their ends, whatever those are.</summary>
    private static string[] Lines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOfAny(LineEnd, start);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..next]);
            start = next;
        }

        return [.. lines];
    }
}
