using System.Globalization;

namespace GrpoAnalyzers.Lab;

/// <summary>The command line.</summary>
internal sealed record LabOptions
{
    public const string Help =
        """
        Measures what group-based losses do to training beside what they say: the four propositions of arXiv 2601.05002 on the sample's model,
        before and after correction.

        Usage: eng/lab [options]

          --out FOLDER      write the report as a page, lab.html, into this folder
          --seed N          seed of everything (default 1)
          --full            the momentum-aware step against its targets, five seeds; takes a quarter of an hour
          --seeds N         with --full: how many seeds, from --seed on (default 5)
          --rate R          with --full: compare at this learning rate, not at the largest at which one update a rollout improves
          --rollouts N      rollouts a run (default 6, with --full 24)
          --warm-steps N    supervised steps of the warm start, at most (default 1000)
          --help            show this text

        Exit codes: 0 done, 2 wrong arguments, 130 stopped by Ctrl-C.
        """;

    private int? rollouts;
    private int? seeds;

    public int Seed { get; private init; } = 1;

    public string? Out { get; private init; }

    public bool Full { get; private init; }

    public int WarmSteps { get; private init; } = 1000;

    /// <summary>The rate to compare steps at; null: it is looked for.</summary>
    public double? Rate { get; private init; }

    public bool ShowHelp { get; private init; }

    public int Rollouts => rollouts ?? (Full ? 24 : 6);

    /// <summary>Problems of a rollout, eight completions each.</summary>
    public int Problems => 16;

    public IReadOnlyList<int> Seeds => [.. Enumerable.Range(Seed, seeds ?? (Full ? 5 : 1))];

    /// <exception cref="ArgumentException">The arguments are wrong; the message says how, in one sentence.</exception>
    public static LabOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LabOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--out" => options with { Out = ++i < arguments.Count ? arguments[i] : throw new ArgumentException("--out needs a folder.") },
                "--seed" => options with { Seed = Number("--seed", ++i, 0) },
                "--full" => options with { Full = true },
                "--seeds" => options with { seeds = Number("--seeds", ++i, 1) },
                "--rate" => options with { Rate = Rational("--rate", ++i) },
                "--rollouts" => options with { rollouts = Number("--rollouts", ++i, 1) },
                "--warm-steps" => options with { WarmSteps = Number("--warm-steps", ++i, 0) },
                "--help" or "-h" => options with { ShowHelp = true },
                var other => throw new ArgumentException($"There is no option '{other}'."),
            };
        }

        return options;

        double Rational(string option, int index)
        {
            var text = index < arguments.Count ? arguments[index] : throw new ArgumentException($"{option} needs a number.");
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1
                ? number
                : throw new ArgumentException($"{option} needs a number of more than 0 and less than 1, not '{text}'.");
        }

        int Number(string option, int index, int least)
        {
            var text = index < arguments.Count ? arguments[index] : throw new ArgumentException($"{option} needs a number.");
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= int.MaxValue - 10
                ? number
                : throw new ArgumentException($"{option} needs a whole number of at least {least}, not '{text}'.");
        }
    }
}
