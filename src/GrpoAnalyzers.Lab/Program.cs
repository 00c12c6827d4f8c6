using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using GrpoAnalyzers.Lab;
using TorchSharp;

const int Done = 0, WrongArguments = 2, Interrupted = 130;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

LabOptions options;
try
{
    options = LabOptions.Parse(args);
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine($"{wrong.Message} Try --help.");
    return WrongArguments;
}

if (options.ShowHelp)
{
    Console.WriteLine(LabOptions.Help);
    return Done;
}

// The first Ctrl-C ends the run after the rollout it is in, the second one ends the process.
using var cancellation = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    signal.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
});

torch.set_num_threads(1); // the tensors are small: more threads wait for each other longer than they compute
var clock = Stopwatch.StartNew();
var sections = new List<Section>();
using (var progress = new Progress(visible: !Console.IsOutputRedirected))
{
    if (options.Out is { } folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine($"The folder {folder} cannot be made: {failed.Message}");
            return WrongArguments;
        }
    }

    if (options.Full)
    {
        Show(new StepTargets(options, progress, cancellation.Token));
    }
    else
    {
        progress.Report(0, 1, "warm start");
        using var policy = StartingPolicy.Make(options.Seed, options.WarmSteps, cancellation.Token);
        IExperiment[] experiments =
        [
            new PrefixExperiment(options, policy, progress), new ScaleExperiment(options, policy, progress),
            new OvershootExperiment(options, policy, progress), new ProgressExperiment(options, policy, progress, cancellation.Token),
        ];
        Array.ForEach(experiments, Show);
    }

    void Show(IExperiment experiment)
    {
        if (cancellation.IsCancellationRequested) return;
        var section = experiment.Run();

        // What was cut short is not what it says it is.
        if (cancellation.IsCancellationRequested) return;
        progress.Dispose();
        sections.Add(section);
        Console.WriteLine($"## {section.Title}{Environment.NewLine}{Environment.NewLine}{section.Text}{Environment.NewLine}");
        foreach (var table in section.Tables) Console.WriteLine(table);
    }
}

var run = $"arXiv 2601.05002 on the addition sample's transformer; seed {string.Join(", ", options.Seeds)}, warm start of at most {options.WarmSteps} steps, {options.Rollouts} rollouts a run; {clock.Elapsed.TotalSeconds:F0} s on one thread.";
Console.WriteLine(run);
if (options.Out is not null)
{
    var page = Path.Combine(options.Out, "lab.html");
    File.WriteAllText(page, HtmlPage.Make(sections, run));
    Console.WriteLine(page);
}

return cancellation.IsCancellationRequested ? Interrupted : Done;
