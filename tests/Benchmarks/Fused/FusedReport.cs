using System.Globalization;
using System.Text;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>Tables in Markdown, and plots.</summary>
internal sealed class FusedReport
{
    private const string Begin = "<!-- fused: begin -->", End = "<!-- fused: end -->";

    private const double Quiet = 1.25, Beyond = 1.1;

    private static readonly (string Name, string Title, string Flop)[] Rows =
    [
        ("naive", "naive TorchSharp", "6"),
        ("trl", "TRL's way in TorchSharp", "6"),
        ("python-naive", "naive PyTorch (Python)", "6"),
        ("python-trl", "TRL's way in PyTorch (Python)", "6"),
        ("recompute", "chunked with recompute, 128 rows", "8"),
        ("sink", "`FusedLoss.Backward`", "6"),
        ("sink-128", "`FusedLoss.Backward`, 128 rows", "6"),
        ("autograd", "`FusedLoss.Compute`", "6"),
        ("own", "`FusedLogProbs` and a loss by hand", "8"),
        ("sequence", "`FusedLoss.Backward`, sequence ratios (two passes)", "8"),
        ("top-entropy", "`FusedLoss.Backward`, top 20 % entropy (two passes)", "2 + 1.2"),
        ("naive-frozen", "naive TorchSharp, frozen head", "4"),
        ("frozen", "`FusedLoss.Compute`, frozen head", "4"),
        ("frozen-own", "`FusedLogProbs` and a loss by hand, frozen head", "4"),
        ("naive-ragged", "naive TorchSharp, half padding", "6"),
        ("ragged", "`FusedLoss.Backward`, half padding", "3"),
    ];

    private readonly FusedSettings settings;
    private readonly FusedFigures figures;
    private readonly StringBuilder text = new();
    private readonly Dictionary<string, string> plots = [];

    private FusedReport(FusedSettings settings, FusedFigures figures) => (this.settings, this.figures) = (settings, figures);

    internal string Text => text.ToString();

    internal static FusedReport Of(FusedSettings settings, FusedFigures figures, IReadOnlyList<string> machine)
    {
        var report = new FusedReport(settings, figures);
        report.Machine(machine);
        if (!double.IsNaN(figures.Milliseconds("naive"))) report.Table();
        if (figures.Chunks.Count > 0) report.Chunks();
        if (figures.Growth.Count > 0) report.Growth();
        if (figures.Resident.Count > 0) report.Resident();
        return report;
    }

    /// <summary>Writes the plots and the tables; a page beside the folder that has a place for the tables gets them too.</summary>
    internal void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, svg) in plots) File.WriteAllText(Path.Combine(folder, name + ".svg"), svg);
        File.WriteAllText(Path.Combine(folder, "results.md"), "# Figures of the last run\n\n" + Text.Replace($"({Path.GetFileName(folder)}/", "(", StringComparison.Ordinal));
        var page = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + ".md";
        if (!File.Exists(page)) return;
        var old = File.ReadAllText(page);
        var (begin, end) = (old.IndexOf(Begin, StringComparison.Ordinal), old.IndexOf(End, StringComparison.Ordinal));
        if (begin >= 0 && end > begin) File.WriteAllText(page, $"{old[..(begin + Begin.Length)]}\n{Text}{old[end..]}");
    }

    private void Machine(IReadOnlyList<string> machine)
    {
        foreach (var line in machine) Line("- " + line);
        Line($"- {settings.Tokens} tokens in {settings.Completions} completions, hidden size {settings.Width}, vocabulary {settings.Vocabulary}; {settings.Rounds} interleaved rounds, medians");
        if (!double.IsNaN(figures.Milliseconds("products")))
        {
            var (least, most) = figures.Range("products");
            Line(Invariant($"- calibration: the three products alone (6 N H V = {settings.StepFlop / 1e9:F0} GFLOP) take {figures.Milliseconds("products"):F0} ms ({least:F0} to {most:F0}), {settings.StepFlop / figures.Milliseconds("products") / 1e6:F0} GFLOP/s"));
            if (most > Quiet * least || figures.TimeRatio("products", "sink") > Beyond)
            {
                // Rounds that differ so much had other work beside them, and a share so far above one was measured at two loads.
                Line("- **the machine was not quiet: times of this run, and ratios of times, say little**; peaks of memory are not concerned");
            }
        }

        Line("");
    }

    private void Table()
    {
        Line("### Targets");
        Line("");
        Line("| ours / the other | time | wanted | | peak memory | wanted | |");
        Line("|---|---|---|---|---|---|---|");
        Target("`Backward` / naive TorchSharp", "sink", "naive", 0.75, 0.13);
        Target("`Compute` / naive TorchSharp", "autograd", "naive", 0.78, 0.16);
        Target("`Backward` / eager Python, TRL's way", "sink", "python-trl", 0.65, 0.20);
        Target("`Backward` / chunked with recompute, 128 rows both", "sink-128", "recompute", 0.70, 1.05);
        Target("frozen head / naive TorchSharp, frozen head", "frozen", "naive-frozen", 0.70, 0.06);
        Target("half padding / naive TorchSharp", "ragged", "naive-ragged", 0.45, null);
        Target("loss layer (64 x 1,024) / by hand", "layer", "layer-by-hand", 1.05, 1.05);
        var share = figures.TimeRatio("products", "sink");
        Line(Invariant($"| share of the 6 N H V limit | {share:P0} | at least 65 % | {(share >= 0.65 ? "met" : "**missed**")} | | | |"));
        Line("");
        Line("Times are medians; ratios are medians of the rounds' own ratios.");
        Line("");
        Line("### All ways");
        Line("");
        Line("| | products, NHV | ms | share of the limit of 6 NHV | peak, MB |");
        Line("|---|---|---|---|---|");
        foreach (var (name, title, flop) in Rows)
        {
            var milliseconds = figures.Milliseconds(name);
            if (double.IsNaN(milliseconds)) continue;
            Line(Invariant($"| {title} | {flop} | {milliseconds:F0} | {figures.TimeRatio("products", name):P0} | {figures.Bytes(name) / 1e6:F0} |"));
        }

        Line(Invariant($"| loss layer, by hand | | {figures.Milliseconds("layer-by-hand"):F2} | | {figures.Bytes("layer-by-hand") / 1e6:F1} |"));
        Line(Invariant($"| loss layer, `GroupObjective.Compute` | | {figures.Milliseconds("layer"):F2} | | {figures.Bytes("layer") / 1e6:F1} |"));
        Line("");
        var shown = Rows.Where(row => !double.IsNaN(figures.Milliseconds(row.Name))).ToList();
        AddPlot("time", "Milliseconds a step, by way", Plot.Bars("milliseconds a step", [.. shown.Select(r => Bar(r, figures.Milliseconds(r.Name)))]));
        AddPlot("memory", "Peak memory of a step, by way", Plot.Bars("peak memory of a step, MB", [.. shown.Select(r => Bar(r, figures.Bytes(r.Name) / 1e6))]));

        static Plot.Bar Bar((string Name, string Title, string Flop) row, double value) => new(row.Title.Replace("`", "", StringComparison.Ordinal), value, row.Title.Contains("Fused", StringComparison.Ordinal));
    }

    private void Target(string title, string name, string other, double time, double? memory)
    {
        var (foundTime, foundMemory) = (figures.TimeRatio(name, other), figures.MemoryRatio(name, other));
        if (double.IsNaN(foundTime)) return;
        var second = memory is { } most && !double.IsNaN(foundMemory) ? Invariant($"{foundMemory:F2} | {most:F2} | {Verdict(foundMemory, most)}") : " | | ";
        Line(Invariant($"| {title} | {foundTime:F2} | {time:F2} | {Verdict(foundTime, time)} | {second} |"));

        static string Verdict(double found, double most) => found <= most ? "met" : "**missed**";
    }

    private void Chunks()
    {
        Line("### Rows of a chunk (`Backward`)");
        Line("");
        Line("| rows | ms | peak, MB |");
        Line("|---|---|---|");
        foreach (var point in figures.Chunks) Line(Invariant($"| {point.Size} | {point.Milliseconds:F0} | {point.Bytes / 1e6:F0} |"));
        Line("");
        AddPlot("chunks", "Time against peak memory by rows of a chunk", Plot.Lines("peak memory, MB", "milliseconds a step", [new("rows of a chunk", [.. figures.Chunks.Select(p => new Plot.Point(p.Bytes / 1e6, p.Milliseconds, Invariant($"{p.Size}")))], Own: true)]));
    }

    private void Growth()
    {
        var limit = figures.Milliseconds("products") / settings.Tokens;
        Line("### Growth with the number of tokens");
        Line("");
        Line("| | tokens | ms | ms a 1,000 tokens | peak, MB | without the gradients, MB |");
        Line("|---|---|---|---|---|---|");
        foreach (var (name, points) in figures.Growth)
        {
            foreach (var point in points)
            {
                var gradients = 4 * settings.Width * (point.Size + settings.Vocabulary);
                Line(Invariant($"| {Title(name)} | {point.Size} | {point.Milliseconds:F0} | {point.Milliseconds / point.Size * 1000:F0} | {point.Bytes / 1e6:F0} | {(point.Bytes - gradients) / 1e6:F0} |"));
            }
        }

        Line("");
        var times = figures.Growth.Select(g => new Plot.Series(Title(g.Key).Replace("`", "", StringComparison.Ordinal), [.. g.Value.Select(p => new Plot.Point(p.Size, p.Milliseconds))], g.Key == "sink")).ToList();
        if (!double.IsNaN(limit)) times.Add(new("the products alone", [.. figures.Growth["sink"].Select(p => new Plot.Point(p.Size, p.Size * limit))], Own: false));
        AddPlot("growth-time", "Milliseconds a step by the number of tokens", Plot.Lines("tokens", "milliseconds a step", times));
        AddPlot("growth-memory", "Peak memory by the number of tokens", Plot.Lines("tokens", "peak memory, MB", [.. figures.Growth.Select(g => new Plot.Series(Title(g.Key).Replace("`", "", StringComparison.Ordinal), [.. g.Value.Select(p => new Plot.Point(p.Size, p.Bytes / 1e6))], g.Key == "sink"))]));

        static string Title(string name) => Rows.First(row => row.Name == name).Title;
    }

    private void Resident()
    {
        Line("### 1,000 steps after 1,000 others (128 tokens, hidden size 64, vocabulary 2,000)");
        Line("");
        Line("| | resident before, MB | after | largest change between | wanted | |");
        Line("|---|---|---|---|---|---|");
        foreach (var (name, resident) in figures.Resident)
        {
            var change = resident.Max() / resident.Min() - 1;
            Line(Invariant($"| {Rows.First(row => row.Name == name).Title} | {resident[0] / 1e6:F1} | {resident[^1] / 1e6:F1} | {change:P1} | 2 % | {(change <= 0.02 ? "met" : "**missed**")} |"));
        }

        Line("");
    }

    private void AddPlot(string name, string title, string svg)
    {
        plots[name] = svg;
        if (settings.Out is not { } folder) return;
        Line($"![{title}]({Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}/{name}.svg)");
        Line("");
    }

    private void Line(string line) => text.Append(line).Append('\n');

    private static string Invariant(FormattableString formatted) => formatted.ToString(CultureInfo.InvariantCulture);
}
