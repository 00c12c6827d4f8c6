namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>What may not go in is named before anything is multiplied.</summary>
public class FusedDoorTests
{
    private delegate (Tensor Hidden, LmHead Head, FusedInputs Inputs) Change(FusedProblem problem);

    private static readonly Dictionary<string, (string Argument, Change Change)> Wrong = new()
    {
        ["hidden states of another number of tokens"] = ("hidden", p => (p.Hidden.narrow(1, 0, 3), p.Head, p.Inputs)),
        ["hidden states without a width"] = ("hidden", p => (p.Hidden.select(2, 0), p.Head, p.Inputs)),
        ["integer hidden states"] = ("hidden", p => (p.Hidden.to(ScalarType.Int64), p.Head, p.Inputs)),
        ["a NaN in a hidden state that is read"] = ("hidden", p => (full_like(p.Hidden, double.NaN), p.Head, p.Inputs)),
        ["no targets"] = ("targets", p => (p.Hidden, p.Head, p.Inputs with { Targets = null! })),
        ["floating targets"] = ("targets", p => (p.Hidden, p.Head, p.Inputs with { Targets = p.Inputs.Targets.to(ScalarType.Float32) })),
        ["a target beyond the vocabulary"] = ("targets", p => (p.Hidden, p.Head, p.Inputs with { Targets = p.Inputs.Targets + FusedProblem.Vocabulary })),
        ["a negative target"] = ("targets", p => (p.Hidden, p.Head, p.Inputs with { Targets = p.Inputs.Targets - FusedProblem.Vocabulary })),
        ["a mask of another shape"] = ("mask", p => (p.Hidden, p.Head, p.Inputs with { Mask = p.Inputs.Mask.narrow(1, 0, 3) })),
        ["a floating mask"] = ("mask", p => (p.Hidden, p.Head, p.Inputs with { Mask = p.Inputs.Mask.to(ScalarType.Float32) })),
        ["a weight of another width"] = ("Weight", p => (p.Hidden, p.Head with { Weight = p.Weight.narrow(1, 0, 4) }, p.Inputs)),
        ["a weight of another dtype"] = ("Weight", p => (p.Hidden, p.Head with { Weight = p.Weight.to(ScalarType.Float32) }, p.Inputs)),
        ["a transposed weight"] = ("Weight", p => (p.Hidden, p.Head with { Weight = p.Weight.t() }, p.Inputs)),
        ["an infinite weight"] = ("Weight", p => (p.Hidden, p.Head with { Weight = p.Weight / 0 }, p.Inputs)),
        ["a bias of another size"] = ("Bias", p => (p.Hidden, p.Head with { Bias = zeros([3], ScalarType.Float64) }, p.Inputs)),
        ["a temperature of 0"] = ("Temperature", p => (p.Hidden, p.Head with { Temperature = 0 }, p.Inputs)),
        ["a negative cap"] = ("SoftCap", p => (p.Hidden, p.Head with { SoftCap = -1 }, p.Inputs)),
        ["no old log-probabilities"] = ("OldLogProbs", p => (p.Hidden, p.Head, p.Inputs with { OldLogProbs = null })),
        ["a NaN among the old log-probabilities"] = ("OldLogProbs", p => (p.Hidden, p.Head, p.Inputs with { OldLogProbs = p.Inputs.OldLogProbs! * double.NaN })),
        ["no advantages"] = ("Advantages", p => (p.Hidden, p.Head, p.Inputs with { Advantages = null })),
        ["advantages of another number"] = ("Advantages", p => (p.Hidden, p.Head, p.Inputs with { Advantages = ones([4], ScalarType.Float64) })),
        ["no reference"] = ("ReferenceLogProbs", p => (p.Hidden, p.Head, p.Inputs with { ReferenceLogProbs = null })),
        ["offsets of a padded batch"] = ("LogProbs", p => (p.Hidden, p.Head, p.Inputs with { Offsets = [0, 6] })),
    };

    public static TheoryData<string> Names => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_input_is_named(string name)
    {
        using var scope = NewDisposeScope();
        var problem = FusedProblem.Of(51).As(ScalarType.Float64);
        using (no_grad())
        {
            var (hidden, head, inputs) = Wrong[name].Change(problem);
            foreach (var call in new Action[]
            {
                () => FusedLoss.Compute(GroupObjective.GrpoR1, hidden, head, inputs),
                () => FusedLoss.Backward(GroupObjective.GrpoR1, hidden, head, inputs),
            })
            {
                var error = Assert.ThrowsAny<ArgumentException>(call);
                Assert.True(error.ParamName == Wrong[name].Argument, $"{error.ParamName}: {error.Message}");
            }
        }
    }

    [Fact]
    public void Ids_outside_the_mask_are_not_read()
    {
        using var scope = NewDisposeScope();
        var problem = FusedProblem.Of(52).As(ScalarType.Float64);
        var padded = problem.Inputs with { Targets = problem.Inputs.Targets.masked_fill(problem.Inputs.Mask.logical_not(), -100) };
        var wanted = FusedLoss.Compute(GroupObjective.DrGrpo, problem.Hidden, problem.Head, problem.Inputs).Loss;
        Close.To(wanted.ToDouble(), FusedLoss.Compute(GroupObjective.DrGrpo, problem.Hidden, problem.Head, padded).Loss, 0, "loss");
    }

    [Fact]
    public void What_a_fused_loss_cannot_do_is_said()
    {
        using var scope = NewDisposeScope();
        var problem = FusedProblem.Of(53).As(ScalarType.Float64);
        var bonus = GroupObjective.DrGrpo with { Regulariser = new EntropyBonus(0.1) };
        Assert.Throws<ArgumentException>("objective", () => FusedLoss.Compute(bonus, problem.Hidden, problem.Head, problem.Inputs));
        var computed = problem.Head with { Weight = problem.Weight * 2 };
        Assert.Throws<ArgumentException>("Weight", () => FusedLoss.Backward(GroupObjective.DrGrpo, problem.Hidden, computed, problem.Inputs));
        Assert.Throws<ArgumentOutOfRangeException>("ChunkRows", () => FusedLoss.Compute(GroupObjective.DrGrpo, problem.Hidden, problem.Head, problem.Inputs, options: new FusedOptions { ChunkRows = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("MemoryBudget", () => FusedLoss.Compute(GroupObjective.DrGrpo, problem.Hidden, problem.Head, problem.Inputs, options: new FusedOptions { MemoryBudget = 0 }));
        FusedLoss.Compute(GroupObjective.DrGrpo, problem.Hidden, computed, problem.Inputs).Loss.backward();
        Assert.True(problem.Weight.grad!.abs().sum().ToDouble() > 0); // through what it was computed from
    }

    [Theory]
    [InlineData(null, null, 2048, true, 512)] // fast enough with the buffer of a CPU
    [InlineData(null, null, 2048, false, 256)] // nothing is added up that larger chunks would add up less often
    [InlineData(100, null, 2048, true, 100)]
    [InlineData(5000, null, 2048, true, 2048)]
    [InlineData(null, 150_000_000L, 2048, true, 576)] // (150e6 - 4 x 32000 x 512 - 2048 x 512 x 4) / (32000 x 4) = 627, in steps of 64
    [InlineData(null, 150_000_000L, 2048, false, 1088)] // (150e6 - 2048 x 512 x 4) / (32000 x 4) = 1139
    [InlineData(null, 1L, 2048, true, 64)]
    [InlineData(null, null, 100, true, 100)]
    public void A_chunk_fits_its_budget(int? rows, long? budget, long tokens, bool weightGradient, long wanted)
    {
        using var scope = NewDisposeScope();
        var head = new LmHead(zeros([1, 1]).expand(32_000, 512));
        Assert.Equal(wanted, new FusedOptions { ChunkRows = rows, MemoryBudget = budget }.Chunk(tokens, head, zeros([1, 512]), weightGradient));
    }
}
