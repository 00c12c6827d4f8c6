using System.Globalization;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>The logits of all tokens never exist: the process's peak stays far below their size.</summary>
public class FusedMemoryTests
{
    private const int Tokens = 2048, Vocabulary = 16_000, Width = 4, Chunk = 64;
    private const long AllLogits = 4L * Tokens * Vocabulary;

    public static TheoryData<string> Modes => ["autograd", "sink", "frozen", "two passes", "log-probabilities", "budget"];

    [Theory]
    [MemberData(nameof(Modes))]
    public void No_tensor_holds_the_logits_of_all_tokens(string mode)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Only Linux tells a process its peak.");
        }

        using var scope = NewDisposeScope();
        manual_seed(1);
        var hidden = randn([Tokens, Width]).requires_grad_();
        var head = new LmHead(randn([Vocabulary, Width]).requires_grad_(mode != "frozen")) { SoftCap = 20 };
        var inputs = new FusedInputs
        {
            Targets = randint(0, Vocabulary, [Tokens], ScalarType.Int64),
            Mask = ones([Tokens], ScalarType.Bool),
            OldLogProbs = full([Tokens], -10f),
            Advantages = ones([4]),
            Offsets = [0, 500, 1000, 1500, Tokens],
        };
        const long budget = 12L << 20; // without it a chunk would have 704 rows, 45 MB
        var options = mode == "budget" ? new FusedOptions { MemoryBudget = budget } : new FusedOptions { ChunkRows = Chunk, Entropy = true };
        var objective = mode == "two passes" ? GroupObjective.Gspo : GroupObjective.DrGrpo;
        Action run = mode switch
        {
            "sink" => () => FusedLoss.Backward(objective, hidden, head, inputs, options: options),
            "log-probabilities" => () => FusedLogProbs.Compute(hidden, head, inputs.Targets, inputs.Mask, options).LogProbs.sum().backward(),
            _ => () => FusedLoss.Compute(objective, hidden, head, inputs, options: options).Loss.backward(),
        };

        // The buffer is Chunk / Tokens of all logits; the rest is gradients, a library's workspace and what the allocator keeps.
        var grown = PeakOf(run);
        Assert.True(grown < AllLogits / (mode == "budget" ? 5 : 3), $"{mode}: grew by {grown >> 20} MiB; all logits are {AllLogits >> 20} MiB");
    }

    [Fact]
    public void The_measurement_sees_the_logits_of_all_tokens()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Only Linux tells a process its peak.");
        }

        using var scope = NewDisposeScope();
        var (hidden, weight) = (randn([Tokens, Width]), randn([Vocabulary, Width]));
        Assert.InRange(PeakOf(() => hidden.mm(weight.t()).Dispose()), AllLogits * 4 / 5, AllLogits * 2);
    }

    private static long PeakOf(Action action)
    {
        using var scope = NewDisposeScope();
        File.WriteAllText("/proc/self/clear_refs", "5"); // sets the peak back to what is resident
        var before = Status("VmRSS:");
        action();
        return Status("VmHWM:") - before;
    }

    private static long Status(string field) => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
