using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GrpoAnalyzers.Lab.Tests;

public class ReportTests
{
    private static Section Sample()
    {
        var table = new Table("Figures <1>", "what", "value");
        table.Add("a & b", Table.Number(0.25));
        return new Section("A <title>", "Text.", [table], [new Plot("P", "x", "y", [new Series("one", [(0, 0), (1, 2), (2, double.NaN)]), new Series("two", [(0, 1)])])]);
    }

    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_beside_it()
    {
        var page = HtmlPage.Make([Sample()], "run");

        // HTML that is XML too, but for the doctype and the elements without an end
        var body = XElement.Parse(page[page.IndexOf("<body", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]);
        Assert.Equal("A <title>", body.Descendants("h2").Single().Value);
        Assert.Equal(["a & b", "0.25"], body.Descendants("td").Select(d => d.Value));
        Assert.Equal(["one", "two"], body.Descendants("li").Select(d => d.Value));
        Assert.DoesNotMatch("<script|src=|href=|url\\(|@import|https?:", page);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_go_through_their_points_and_stay_in_the_picture()
    {
        var svg = XElement.Parse(SvgPlot.Draw(Sample().Plots[0]));
        var lines = svg.Elements("polyline").Select(l => Points((string)l.Attribute("points")!)).ToArray();
        Assert.Equal([2, 1], lines.Select(l => l.Length));

        // the first from the lower left corner to the upper right one; the second starts half way up
        Assert.True(lines[0][0].X < lines[0][1].X && lines[0][0].Y > lines[0][1].Y);
        Assert.Equal((lines[0][0].Y + lines[0][1].Y) / 2, lines[1][0].Y, 0.2);
        Assert.All(lines.SelectMany(l => l), p => Assert.True(p is { X: >= 0 and <= 640, Y: >= 0 and <= 300 }));

        static (double X, double Y)[] Points(string text) =>
            [.. Regex.Matches(text, @"(\S+),(\S+)").Select(m => (Number(m.Groups[1].Value), Number(m.Groups[2].Value)))];
        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-3, 7)]
    [InlineData(1e-9, 2e-9)]
    [InlineData(-1e6, 1e6)]
    public void An_axis_has_round_numbers_within_its_range(double low, double high)
    {
        var axis = Axis.Of([low, high], fromZero: false);
        Assert.InRange(axis.Ticks.Count, 2, 11);
        Assert.All(axis.Ticks, t => Assert.InRange(t, axis.Low - 1e-12 * Math.Abs(axis.Low), axis.High * (1 + Math.Sign(axis.High) * 1e-9) + 1e-12));
        Assert.True(Axis.Of([], fromZero: true).High > 0);
    }

    [Fact]
    public void Tables_are_markdown_with_columns_in_line()
    {
        var lines = Sample().Tables[0].ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(["Figures <1>", "| what  | value |", "|-------|-------|", "| a & b | 0.25  |"], lines);
        Assert.Equal("0.2 (0.1 to 0.3)", Table.Spread([0.1, 0.3]));
        Assert.Equal("-", Table.Number(double.NaN));
        Assert.Equal("+0.02", Table.Signed(0.02));
        Assert.Throws<ArgumentException>(() => Sample().Tables[0].Add("one"));
    }
}
