using System.Globalization;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>What is measured; parent and children are given the same.</summary>
internal sealed record FusedSettings
{
    private const string Usage =
        "fused [--tokens N] [--width H] [--vocabulary V] [--rounds R] [--threads T] [--device cpu|cuda] [--type float32|bfloat16] [--out FOLDER] [--only table|growth|leak]";

    internal long Completions { get; init; } = 8;

    internal long Tokens { get; init; } = 2048;

    internal long Width { get; init; } = 512;

    internal long Vocabulary { get; init; } = 32_000;

    internal int Rounds { get; init; } = 5;

    internal int Threads { get; init; } = 1;

    internal string Device { get; init; } = "cpu";

    internal string Type { get; init; } = "float32";

    /// <summary>Where tables and plots go; null: to the terminal only.</summary>
    internal string? Out { get; init; }

    /// <summary>One part of the benchmark; null: all.</summary>
    internal string? Only { get; init; }

    /// <summary>Rows of a chunk; null: the library's default. Where a baseline is to have the same number, both are told.</summary>
    internal int? ChunkRows { get; init; }

    internal bool OnCuda => Device == "cuda";

    internal long Length => Tokens / Completions;

    internal ScalarType ScalarType => Type == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>6 N H V: the three products that a step cannot do without.</summary>
    internal double StepFlop => 6.0 * Tokens * Width * Vocabulary;

    internal static FusedSettings Parse(IReadOnlyList<string> arguments)
    {
        var settings = new FusedSettings();
        for (var i = 0; i + 1 < arguments.Count; i += 2)
        {
            var value = arguments[i + 1];
            settings = arguments[i] switch
            {
                // The size of a machine for it; what is given after it stays.
                "--device" => value == "cuda" ? settings with { Device = value, Tokens = 16_384, Completions = 16, Width = 1024, Vocabulary = 151_936, Type = "bfloat16" } : settings with { Device = value },
                "--completions" => settings with { Completions = Number(value) },
                "--tokens" => settings with { Tokens = Number(value) },
                "--width" => settings with { Width = Number(value) },
                "--vocabulary" => settings with { Vocabulary = Number(value) },
                "--rounds" => settings with { Rounds = (int)Number(value) },
                "--threads" => settings with { Threads = (int)Number(value) },
                "--type" => settings with { Type = value },
                "--out" => settings with { Out = value },
                "--only" => settings with { Only = value },
                "--chunk" => settings with { ChunkRows = (int)Number(value) },
                _ => throw new ArgumentException($"'{arguments[i]}' is not known. usage: {Usage}"),
            };
        }

        if (arguments.Count % 2 == 1) throw new ArgumentException($"'{arguments[^1]}' needs a value. usage: {Usage}");
        if (settings.Device is not ("cpu" or "cuda")) throw new ArgumentException($"--device '{settings.Device}': wanted cpu or cuda.");
        if (settings.Type is not ("float32" or "bfloat16")) throw new ArgumentException($"--type '{settings.Type}': wanted float32 or bfloat16.");
        if (settings.Only is not (null or "table" or "growth" or "leak")) throw new ArgumentException($"--only '{settings.Only}': wanted table, growth or leak.");
        if (settings.Tokens % settings.Completions != 0) throw new ArgumentException($"--tokens {settings.Tokens}: wanted a multiple of {settings.Completions} completions.");
        return settings;
    }

    /// <summary>As a child is told.</summary>
    internal IEnumerable<string> Arguments()
    {
        string[] all =
        [
            "--device", Device, "--completions", Text(Completions), "--tokens", Text(Tokens), "--width", Text(Width), "--vocabulary", Text(Vocabulary), "--threads", Text(Threads), "--type", Type,
        ];
        return ChunkRows is { } rows ? all.Concat(["--chunk", Text(rows)]) : all;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"'{text}': wanted a whole number above 0.");
}
