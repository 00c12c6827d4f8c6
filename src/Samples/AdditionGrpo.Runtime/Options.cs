using System.Globalization;

namespace AdditionGrpo;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string AllLosses = "all";

    public const string Help =
        """
        Trains a small transformer to add two numbers of two digits, with a loss of GrpoAnalyzers.Runtime.

        Usage: AdditionGrpo.Runtime [options]

          --loss NAME       the method to train with (default DrGrpo); 'all' trains with each
                            in turn, from the same start, and prints a table
          --list            show the methods
          --seed N          seed of the problems, the weights and the sampling (default 1)
          --steps N         rollouts to train on after the warm start (default 350)
          --warm-steps N    supervised steps of the warm start, at most (default 1000)
          --help            show this text

        Exit codes: 0 done, 2 wrong arguments, 130 stopped by Ctrl-C.
        """;

    /// <summary>What to train with, one after the other.</summary>
    public IReadOnlyList<Method> Methods { get; private init; } = [Method.Find("DrGrpo")!];

    public int Seed { get; private init; } = 1;

    public int Steps { get; private init; } = 350;

    public int WarmSteps { get; private init; } = 1000;

    public bool ShowList { get; private init; }

    public bool ShowHelp { get; private init; }

    /// <exception cref="ArgumentException">The arguments are wrong; the message says how, in one sentence.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--loss" => options with { Methods = Losses(++i) },
                "--list" => options with { ShowList = true },
                "--seed" => options with { Seed = Number("--seed", ++i) },
                "--steps" => options with { Steps = Number("--steps", ++i) },
                "--warm-steps" => options with { WarmSteps = Number("--warm-steps", ++i) },
                "--help" or "-h" => options with { ShowHelp = true },
                var other => throw new ArgumentException($"There is no option '{other}'."),
            };
        }

        return options;

        IReadOnlyList<Method> Losses(int index)
        {
            if (index == arguments.Count) throw new ArgumentException("--loss needs a name; --list shows them.");
            if (arguments[index] == AllLosses) return Method.All;
            return [Method.Find(arguments[index]) ?? throw new ArgumentException($"There is no loss '{arguments[index]}'; --list shows them.")];
        }

        int Number(string option, int index)
        {
            if (index == arguments.Count) throw new ArgumentException($"{option} needs a number.");
            return int.TryParse(arguments[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ArgumentException($"{option} needs a whole number from 0 to {int.MaxValue}, not '{arguments[index]}'.");
        }
    }
}
