using System.Globalization;
using System.Text;

namespace GrpoAnalyzers.Runtime;

/// <summary>Rows of text in columns.</summary>
internal static class ProbeTable
{
    internal static string Of(string title, string[] columns, IEnumerable<object[]> rows)
    {
        string[][] all = [columns, .. rows.Select(r => r.Select(Show).ToArray())];
        var widths = columns.Select((_, i) => all.Max(r => r[i].Length)).ToArray();
        var text = new StringBuilder(title);
        foreach (var row in all)
        {
            text.Append('\n').Append(string.Join("  ", row.Select((cell, i) => cell.PadLeft(widths[i]))));
        }

        return text.ToString();
    }

    private static string Show(object value) => value switch
    {
        double number => number.ToString("G4", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
