using AdditionGrpo;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Lab;

/// <summary>The sample's policy after its supervised warm start.</summary>
internal static class StartingPolicy
{
    public static Transformer Make(int seed, int maxSteps, CancellationToken cancellation)
    {
        manual_seed(seed);
        var random = new Random(seed);
        var problems = new ProblemSet(random);
        var policy = new Transformer();
        using var quiet = new ProgressBar(maxSteps, visible: false);
        new WarmStart(policy, problems, random).Run(maxSteps, quiet, cancellation);
        return policy;
    }
}
