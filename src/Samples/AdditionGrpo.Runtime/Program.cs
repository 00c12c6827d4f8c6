using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AdditionGrpo;
using TorchSharp;

const int Done = 0, WrongArguments = 2, Interrupted = 130;
const int ProblemsPerStep = 32;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Options options;
try
{
    options = Options.Parse(args);
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine($"{wrong.Message} Try --help.");
    return WrongArguments;
}

if (options.ShowHelp)
{
    Console.WriteLine(Options.Help);
    return Done;
}

if (options.ShowList)
{
    foreach (var method in Method.All) Console.WriteLine($"{method.Name,-26}{method.Title}");
    return Done;
}

// The first Ctrl-C ends the training after the step it is in, the second one ends the process.
using var cancellation = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    signal.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
});

torch.set_num_threads(1); // the tensors are small: more threads wait for each other longer than they compute
torch.manual_seed(options.Seed);
var random = new Random(options.Seed);
var problems = new ProblemSet(random);
using var start = new Transformer();
var clock = Stopwatch.StartNew();

Console.WriteLine($"seed {options.Seed}: warm start");
var isTerminal = !Console.IsOutputRedirected;
int warmSteps;
using (var progress = new ProgressBar(options.WarmSteps, isTerminal))
    warmSteps = new WarmStart(start, problems, random).Run(options.WarmSteps, progress, cancellation.Token);
var before = Sampler.GreedyAccuracy(start, problems.HeldOut);
Console.WriteLine($"greedy accuracy after {warmSteps} supervised steps: {before:F3}, {clock.Elapsed.TotalSeconds:F0} s");
if (options.Methods.Count > 1) Console.WriteLine($"{Environment.NewLine}| loss | greedy accuracy | updates a step | ms a step |{Environment.NewLine}|---|---|---|---|");

foreach (var method in options.Methods)
{
    // Every method starts from the same policy and is given the same problems and the same random numbers.
    torch.manual_seed(options.Seed);
    var training = new ProblemSet(new Random(options.Seed));
    using var policy = new Transformer();
    policy.load_state_dict(start.state_dict());

    clock.Restart();
    var tokens = 0L;
    var steps = 0;
    using (var trainer = new GrpoTrainer(policy, method))
    using (var progress = new ProgressBar(options.Steps, isTerminal))
    {
        for (; steps < options.Steps && !cancellation.IsCancellationRequested; steps++)
        {
            var result = trainer.Step(training.Draw(ProblemsPerStep));
            tokens += result.TokenCount;
            progress.Report(steps + 1, $"{method.Name}  reward {result.MeanReward:F2}  {tokens / clock.Elapsed.TotalSeconds:F0} tokens/s");
        }
    }

    var seconds = clock.Elapsed.TotalSeconds;
    var after = Sampler.GreedyAccuracy(policy, problems.HeldOut);
    var perStep = steps > 0 ? 1000 * seconds / steps : 0;
    if (options.Methods.Count > 1)
    {
        Console.WriteLine($"| {method.Name} | {before:F3} -> {after:F3} | {method.Updates} | {perStep:F0} |");
    }
    else
    {
        if (cancellation.IsCancellationRequested) Console.WriteLine($"stopped after {steps} of {options.Steps} steps");
        Console.WriteLine($"greedy accuracy with {method.Title}: {before:F3} -> {after:F3} on {problems.HeldOut.Count} held-out sums");
        Console.WriteLine($"{tokens} tokens sampled in {steps} steps, {seconds:F0} s, {perStep:F0} ms a step");
    }

    if (cancellation.IsCancellationRequested) break;
}

return cancellation.IsCancellationRequested ? Interrupted : Done;
