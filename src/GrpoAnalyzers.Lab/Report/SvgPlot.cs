using System.Globalization;
using System.Net;
using System.Text;

namespace GrpoAnalyzers.Lab;

/// <summary>Draws lines as SVG. Colours are classes of the page, so that one picture serves both themes.</summary>
internal static class SvgPlot
{
    private const int Width = 640;
    private const int Height = 300;
    private const int Left = 64;
    private const int Right = 12;
    private const int Top = 12;
    private const int Bottom = 44;

    public static string Draw(Plot plot)
    {
        var series = plot.Series.Select(s => s with { Points = [.. s.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))] }).ToArray();
        var points = series.SelectMany(s => s.Points).ToArray();
        var (x, y) = (Axis.Of(points.Select(p => p.X), fromZero: false), Axis.Of(points.Select(p => p.Y), fromZero: points.All(p => p.Y >= 0)));
        double PlaceX(double value) => Left + (value - x.Low) / (x.High - x.Low) * (Width - Left - Right);
        double PlaceY(double value) => Height - Bottom - (value - y.Low) / (y.High - y.Low) * (Height - Top - Bottom);

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(plot.Title)}\">");
        foreach (var tick in y.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{PlaceY(tick):F1}\" y2=\"{PlaceY(tick):F1}\"/>");
            Text(Left - 8, PlaceY(tick) + 4, "end", Table.Number(tick));
        }

        foreach (var tick in x.Ticks)
        {
            Text(PlaceX(tick), Height - Bottom + 18, "middle", Table.Number(tick));
        }

        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>");
        Text((Left + Width - Right) / 2.0, Height - 8, "middle", plot.X);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"14\" y=\"{(Height - Bottom + Top) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {(Height - Bottom + Top) / 2})\">{WebUtility.HtmlEncode(plot.Y)}</text>");
        for (var i = 0; i < series.Length; i++)
        {
            var line = string.Join(' ', series[i].Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{PlaceX(p.X):F1},{PlaceY(p.Y):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"line s{i}\" points=\"{line}\"/>");
            foreach (var (px, py) in series[i].Points.Count <= 40 ? series[i].Points : [])
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot s{i}\" cx=\"{PlaceX(px):F1}\" cy=\"{PlaceY(py):F1}\" r=\"2.5\"><title>{WebUtility.HtmlEncode(series[i].Name)}: {Table.Number(px)}, {Table.Number(py)}</title></circle>");
            }
        }

        return svg.Append("</svg>").ToString();

        void Text(double left, double top, string anchor, string text) =>
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{left:F1}\" y=\"{top:F1}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>");
    }
}
