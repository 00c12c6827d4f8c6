using System.Globalization;
using System.Text;

namespace GrpoAnalyzers.Lab;

/// <summary>Rows of text under a heading.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> rows = [];

    public string Title => title;

    public IReadOnlyList<string> Columns => columns;

    public IReadOnlyList<string[]> Rows => rows;

    public static string Number(double value) => value switch
    {
        double.NaN => "-",
        _ when Math.Abs(value) is (< 1e-3 and > 0) or >= 1e5 => value.ToString("0.0E+0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    public static string Signed(double value) => (value >= 0 ? "+" : "") + Number(value);

    /// <summary>Mean and, for several values, the smallest and largest.</summary>
    public static string Spread(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return all.Length == 1 ? Number(all[0]) : $"{Number(all.Average())} ({Number(all.Min())} to {Number(all.Max())})";
    }

    public void Add(params string[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"wanted {columns.Length} cells, found {cells.Length}.", nameof(cells));
        }

        rows.Add(cells);
    }

    /// <summary>The table in Markdown, its columns aligned.</summary>
    public override string ToString()
    {
        var widths = columns.Select((c, i) => rows.Select(r => r[i].Length).Append(c.Length).Max()).ToArray();
        var text = new StringBuilder();
        text.AppendLine(title);
        Line(columns);
        text.AppendLine("|" + string.Concat(widths.Select(w => new string('-', w + 2) + "|")));
        rows.ForEach(Line);
        return text.ToString();

        void Line(string[] cells) => text.AppendLine("|" + string.Concat(cells.Select((c, i) => " " + c.PadRight(widths[i]) + " |")));
    }
}
