namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Rounding: the error against float64 is at most twice that of the plain loss in the same dtype.</summary>
public class FusedAccuracyTests
{
    private const int Seeds = 4;

    public static TheoryData<ScalarType, double, bool, string> Cases
    {
        get
        {
            var cases = new TheoryData<ScalarType, double, bool, string>();
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16 })
            {
                foreach (var sharpness in new[] { 0.2, 1.0, 4.0 })
                {
                    foreach (var frozen in new[] { false, true })
                    {
                        cases.Add(type, sharpness, frozen, nameof(GroupObjective.GrpoR1));
                        cases.Add(type, sharpness, frozen, nameof(GroupObjective.Gspo));
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_as_exact_as_those_of_the_plain_loss(ScalarType type, double sharpness, bool frozen, string preset)
    {
        // GSPO's own clip would silence whole problems
        var objective = preset == nameof(GroupObjective.GrpoR1)
            ? GroupObjective.GrpoR1
            : GroupObjective.Gspo with { Surrogate = new ClippedSurrogate(Ratio.SequenceGeometricMean, Clip.Symmetric(0.3)) };
        var plain = new Dictionary<string, double>();
        var ours = new Dictionary<string, double>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            // The errors of a single problem depend on a few roundings: squares are averaged over several.
            using var scope = NewDisposeScope();
            Compare(objective, type, Problem(seed, sharpness), frozen, plain, ours);
        }

        Assert.Equal(frozen ? ["hidden"] : ["bias", "hidden", "weight"], plain.Keys.Order());
        foreach (var (name, squares) in plain)
        {
            var (theirs, error) = (Math.Sqrt(squares / Seeds), Math.Sqrt(ours[name] / (2 * Seeds)));
            Assert.InRange(theirs, 1e-9, 0.2);
            Assert.True(error <= 2 * theirs, $"{name}: {error:G3}, plain {theirs:G3}");
        }
    }

    private static void Compare(GroupObjective objective, ScalarType type, FusedProblem problem, bool frozen, Dictionary<string, double> plain, Dictionary<string, double> ours)
    {
        // float32 is compared where the policy has moved; half types where it has not, each way with its own log-probabilities as the old ones: their
        // logits are rounded to three digits, and a ratio on the other side of a clip would be all that is seen.
        var rounded = problem.As(type);
        Tensor moved;
        using (no_grad())
        {
            moved = rounded.As(ScalarType.Float64).LogProbs();
            moved += (rand_like(moved) - 0.5) * 0.3;
        }

        FusedProblem With(ScalarType dtype, Func<FusedProblem, Tensor> ownLogProbs)
        {
            var same = rounded.As(dtype, frozen);
            using var grad = no_grad();
            var old = type == ScalarType.Float32 ? moved : ownLogProbs(same);
            return same with { Inputs = same.Inputs with { OldLogProbs = old, ReferenceLogProbs = old - 0.1 } };
        }

        var exact = With(ScalarType.Float64, p => p.LogProbs());
        exact.Naive(objective).Loss.backward();
        void Add(FusedProblem found, Dictionary<string, double> errors)
        {
            foreach (var (name, gradient) in exact.Gradients())
            {
                var error = ((gradient - found.Gradients()[name]).norm() / gradient.norm()).ToDouble();
                errors[name] = errors.GetValueOrDefault(name) + error * error;
            }
        }

        var naive = With(type, p => p.LogProbs());
        naive.Naive(objective).Loss.backward();
        Add(naive, plain);
        foreach (var sink in new[] { false, true })
        {
            var fused = With(type, p => FusedLogProbs.Compute(p.Hidden, p.Head, p.Inputs.Targets, p.Inputs.Mask).LogProbs);
            var options = new FusedOptions { ChunkRows = 16 };
            if (sink)
            {
                FusedLoss.Backward(objective, fused.Hidden, fused.Head, fused.Inputs, options: options);
            }
            else
            {
                FusedLoss.Compute(objective, fused.Hidden, fused.Head, fused.Inputs, options: options).Loss.backward();
            }

            Assert.Equal(type, fused.Hidden.grad!.dtype);
            Add(fused, ours);
        }
    }

    /// <summary>Wider than the other problems, so that sums are long enough to round.</summary>
    private static FusedProblem Problem(int seed, double sharpness)
    {
        manual_seed(31 + seed);
        const int rows = 8, length = 9, width = 32, vocabulary = 300;
        return new FusedProblem
        {
            Hidden = randn([rows, length, width], ScalarType.Float64) * (sharpness / Math.Sqrt(width)),
            Weight = randn([vocabulary, width], ScalarType.Float64),
            Bias = randn([vocabulary], ScalarType.Float64) * 0.1,
            Temperature = 0.9,
            Inputs = new FusedInputs
            {
                Targets = randint(0, vocabulary, [rows, length], ScalarType.Int64),
                Mask = ones([rows, length], ScalarType.Bool),
                Advantages = randn([rows], ScalarType.Float64),
                Groups = 4,
            },
        };
    }
}
