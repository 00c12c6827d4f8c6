using System.Net;
using System.Text;

namespace GrpoAnalyzers.Lab;

/// <summary>The report as one page that needs nothing beside it: no script, no fonts, no pictures to load.</summary>
internal static class HtmlPage
{
    private const string Style =
        """
        :root { --text: #1b1f24; --soft: #59636e; --page: #ffffff; --card: #f6f8fa; --line: #d1d9e0;
          --s0: #0b62c4; --s1: #b3470c; --s2: #1a7f37; --s3: #8250df; --s4: #a40e6b; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e6edf3; --soft: #9da7b1; --page: #0d1117; --card: #161b22; --line: #30363d;
            --s0: #62adff; --s1: #ff9a57; --s2: #56d364; --s3: #c297ff; --s4: #ff85c8; } }
        :root { color-scheme: light dark; }
        body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; font: 16px/1.55 system-ui, sans-serif; color: var(--text); background: var(--page); }
        h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.3rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin: 0 0 .5rem; }
        p { max-width: 46rem; } .soft { color: var(--soft); }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .92rem; margin: .25rem 0 1.25rem; }
        caption { text-align: left; font-weight: 600; padding: .5rem 0; }
        th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-variant-numeric: tabular-nums; }
        th { color: var(--soft); font-weight: 600; } td + td { white-space: nowrap; }
        figure { margin: 1rem 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
        svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 12px; }
        .grid { stroke: var(--line); } .axis { stroke: var(--soft); } .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
        .s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); } .s3 { stroke: var(--s3); } .s4 { stroke: var(--s4); }
        .dot { stroke: none; } .dot.s0 { fill: var(--s0); } .dot.s1 { fill: var(--s1); } .dot.s2 { fill: var(--s2); } .dot.s3 { fill: var(--s3); } .dot.s4 { fill: var(--s4); }
        .line.s1 { stroke-dasharray: 8 4; } .line.s2 { stroke-dasharray: 2 3; } .line.s3 { stroke-dasharray: 10 3 2 3; } .line.s4 { stroke-dasharray: 5 5; }
        .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .6rem 0 0; padding: 0; list-style: none; font-size: .88rem; }
        .legend svg { width: 34px; height: 10px; display: inline-block; margin-right: .4rem; vertical-align: middle; }
        """;

    public static string Make(IEnumerable<Section> sections, string run)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append("<title>Hidden objective biases, measured</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n");
        html.Append("<h1>Hidden objective biases, measured</h1>\n<p class=\"soft\">").Append(Text(run)).Append("</p>\n");
        foreach (var section in sections)
        {
            html.Append("<section>\n<h2>").Append(Text(section.Title)).Append("</h2>\n<p>").Append(Text(section.Text)).Append("</p>\n");
            foreach (var table in section.Tables)
            {
                Append(html, table);
            }

            foreach (var plot in section.Plots)
            {
                Append(html, plot);
            }

            html.Append("</section>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Append(StringBuilder html, Table table)
    {
        html.Append("<div class=\"scroll\"><table>\n<caption>").Append(Text(table.Title)).Append("</caption>\n<thead><tr>");
        html.AppendJoin("", table.Columns.Select(c => $"<th scope=\"col\">{Text(c)}</th>")).Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(c => $"<td>{Text(c)}</td>")).Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private static void Append(StringBuilder html, Plot plot)
    {
        html.Append("<figure>\n<h3>").Append(Text(plot.Title)).Append("</h3>\n").Append(SvgPlot.Draw(plot)).Append("\n<ul class=\"legend\">");
        for (var i = 0; i < plot.Series.Count; i++)
        {
            html.Append("<li><svg viewBox=\"0 0 34 10\" aria-hidden=\"true\"><line class=\"line s").Append(i).Append("\" x1=\"0\" x2=\"34\" y1=\"5\" y2=\"5\"/></svg>");
            html.Append(Text(plot.Series[i].Name)).Append("</li>");
        }

        html.Append("</ul>\n</figure>\n");
    }
}
