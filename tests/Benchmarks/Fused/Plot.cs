using System.Globalization;
using System.Text;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>Plots as SVG that follow the theme of the page they stand on.</summary>
internal static class Plot
{
    private const int Width = 760, Left = 70, Right = 20, Top = 16, Height = 380, Bottom = 44;

    // The dark colours have the same order of lightness, so that the lines stay as easy to tell apart.
    private const string Style = """
        <style>
        text{font:12px system-ui,sans-serif;fill:#1f2328}.faint{fill:#59636e}.grid{stroke:#d1d9e0;stroke-width:1}
        .own{fill:#0969da}.other{fill:#8c959f}.line{fill:none;stroke-width:2}.s0{stroke:#0969da}.s1{stroke:#bc4c00}.s2{stroke:#59636e}.s3{stroke:#1a7f37;stroke-dasharray:5 4}
        .d0{fill:#0969da}.d1{fill:#bc4c00}.d2{fill:#59636e}.d3{fill:#1a7f37}
        @media(prefers-color-scheme:dark){text{fill:#f0f6fc}.faint{fill:#9198a1}.grid{stroke:#3d444d}.own{fill:#4493f8}.other{fill:#656c76}
        .s0{stroke:#4493f8}.s1{stroke:#db6d28}.s2{stroke:#9198a1}.s3{stroke:#3fb950}.d0{fill:#4493f8}.d1{fill:#db6d28}.d2{fill:#9198a1}.d3{fill:#3fb950}}
        </style>

        """;

    /// <summary>Bars one below the other, each with its number; ours stand out.</summary>
    internal static string Bars(string axis, IReadOnlyList<Bar> bars)
    {
        const int label = 350, row = 24;
        var height = Top + row * bars.Count + 28;
        var largest = bars.Max(bar => bar.Value);
        var svg = Start(height, axis);
        for (var i = 0; i < bars.Count; i++)
        {
            var y = Top + row * i;
            var length = bars[i].Value / largest * (Width - label - 80);
            Text(svg, label - 8, y + 14, bars[i].Title, "end");
            svg.Append(Invariant($"<rect class=\"{(bars[i].Own ? "own" : "other")}\" x=\"{label}\" y=\"{y + 2}\" width=\"{Math.Max(length, 1):F1}\" height=\"{row - 7}\" rx=\"2\"/>\n"));
            Text(svg, label + length + 6, y + 14, bars[i].Value.ToString("N0", CultureInfo.InvariantCulture), "start");
        }

        Text(svg, label, height - 8, axis, "start", "faint");
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Lines on logarithmic axes.</summary>
    internal static string Lines(string horizontal, string vertical, IReadOnlyList<Series> series)
    {
        var points = series.SelectMany(s => s.Points).ToList();
        var (x, y) = (Axis.Of(points.Select(p => p.X), Left, Width - Right), Axis.Of(points.Select(p => p.Y), Height - Bottom, Top));
        var svg = Start(Height, $"{vertical} by {horizontal}");
        foreach (var tick in x.Ticks)
        {
            svg.Append(Invariant($"<line class=\"grid\" x1=\"{x.At(tick):F1}\" y1=\"{Top}\" x2=\"{x.At(tick):F1}\" y2=\"{Height - Bottom}\"/>\n"));
            Text(svg, x.At(tick), Height - Bottom + 16, Number(tick), "middle", "faint");
        }

        foreach (var tick in y.Ticks)
        {
            svg.Append(Invariant($"<line class=\"grid\" x1=\"{Left}\" y1=\"{y.At(tick):F1}\" x2=\"{Width - Right}\" y2=\"{y.At(tick):F1}\"/>\n"));
            Text(svg, Left - 8, y.At(tick) + 4, Number(tick), "end", "faint");
        }

        var colour = 0;
        for (var i = 0; i < series.Count; i++)
        {
            var index = series[i].Own ? 0 : ++colour;
            var path = string.Join(' ', series[i].Points.Select(p => Invariant($"{x.At(p.X):F1},{y.At(p.Y):F1}")));
            svg.Append($"<polyline class=\"line s{index}\" points=\"{path}\"/>\n");
            foreach (var point in series[i].Points)
            {
                svg.Append(Invariant($"<circle class=\"d{index}\" cx=\"{x.At(point.X):F1}\" cy=\"{y.At(point.Y):F1}\" r=\"3.5\"/>\n"));
                if (point.Label.Length > 0) Text(svg, x.At(point.X) + 7, y.At(point.Y) - 7, point.Label, "start");
            }

            svg.Append(Invariant($"<rect class=\"d{index}\" x=\"{Left + 14}\" y=\"{Top + 10 + 19 * i}\" width=\"12\" height=\"4\"/>\n"));
            Text(svg, Left + 32, Top + 16 + 19 * i, series[i].Title, "start");
        }

        Text(svg, Width - Right, Height - 8, horizontal, "end", "faint");
        svg.Append(Invariant($"<text class=\"faint\" transform=\"translate(14 {Top + 4}) rotate(-90)\" text-anchor=\"end\">{Escape(vertical)}</text>\n"));
        return svg.Append("</svg>\n").ToString();
    }

    private static StringBuilder Start(int height, string title) => new StringBuilder()
        .Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\">\n"))
        .Append($"<title>{Escape(title)}</title>\n").Append(Style);

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor, string? style = null) =>
        svg.Append(Invariant($"<text{(style is null ? "" : $" class=\"{style}\"")} x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">{Escape(text)}</text>\n"));

    private static string Number(double value) => value >= 1e4 ? Invariant($"{value / 1e3:G4}k") : Invariant($"{value:G4}");

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    internal sealed record Bar(string Title, double Value, bool Own);

    internal sealed record Point(double X, double Y, string Label = "");

    internal sealed record Series(string Title, IReadOnlyList<Point> Points, bool Own);

    private sealed record Axis(double Least, double Most, double From, double To)
    {
        /// <summary>1, 2 and 5 of every power of ten within; more of them where that is few.</summary>
        internal IEnumerable<double> Ticks => Within([1, 2, 5]) is { Count: > 3 } few ? few : Within([1, 1.5, 2, 3, 4, 5, 7]);

        internal static Axis Of(IEnumerable<double> values, double from, double to)
        {
            var all = values.ToList();
            return new Axis(all.Min() / 1.25, all.Max() * 1.25, from, to);
        }

        private List<double> Within(double[] digits)
        {
            var ticks = new List<double>();
            for (var power = Math.Pow(10, Math.Floor(Math.Log10(Least))); power <= Most; power *= 10)
            {
                ticks.AddRange(digits.Select(digit => digit * power).Where(tick => tick >= Least && tick <= Most));
            }

            return ticks;
        }

        internal double At(double value) => From + (To - From) * Math.Log(value / Least) / Math.Log(Most / Least);
    }
}
