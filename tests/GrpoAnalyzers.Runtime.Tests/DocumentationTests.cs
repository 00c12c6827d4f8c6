using System.Reflection;

namespace GrpoAnalyzers.Runtime.Tests;

public class DocumentationTests
{
    private static string Losses { get; } = File.ReadAllText(Path.Combine(Directories.Root, "docs", "losses.md"));

    /// <summary>The program of docs/losses.md, word for word: a test below compares them.</summary>
    [Fact]
    public void The_program_runs()
    {
        using var scope = NewDisposeScope();

        // program
        var rewards = torch.tensor(new[] { 1f, 0f, 0.5f, 0f });                          // [B], two prompts of two
        var mask = torch.tensor(new[,] { { true, true }, { true, false }, { true, true }, { true, true } });
        var oldLogProbs = torch.full(4, 2, -1.2f);                                       // kept when the completions were sampled
        var logProbs = torch.full(4, 2, -1.1f).requires_grad_();                         // [B, T], from the model that is trained

        var objective = GroupObjective.DrGrpo;
        using var advantages = objective.Advantages.Estimate(rewards, groups: 2);
        using var result = objective.Compute(new LossInputs
        {
            LogProbs = logProbs,
            OldLogProbs = oldLogProbs,
            Mask = mask,
            Advantages = advantages,
        });
        result.Loss.backward();
        // end

        // by hand: ratio e^.1 = r inside the clip, A = .5, -.5, .25, -.25: -(r/4)(.5 x 2 - .5 + .25 x 2 - .25 x 2)
        Close.To(-Math.Exp(0.1) / 4 * 0.5, result.Loss, 1e-6, "loss");
        var push = Math.Exp(0.1) / 4;
        Close.To([-push / 2, -push / 2, push / 2, 0, -push / 4, -push / 4, push / 4, push / 4], logProbs.grad!, 1e-6, "gradient");
    }

    [Fact]
    public void The_fused_program_runs()
    {
        using var scope = NewDisposeScope();
        var problem = FusedProblem.Of(61, bias: true, temperature: 0.9).As(ScalarType.Float64);
        var (hidden, weight, bias) = (problem.Hidden, problem.Weight, problem.Bias!);
        var (targets, mask, oldLogProbs, advantages) = (problem.Inputs.Targets, problem.Inputs.Mask, problem.Inputs.OldLogProbs, problem.Inputs.Advantages);

        // fused program
        var head = new LmHead(weight) { Bias = bias, Temperature = 0.9 };                // [V, H], [V]; SoftCap for heads that have one
        var batch = new FusedInputs { Targets = targets, Mask = mask, OldLogProbs = oldLogProbs, Advantages = advantages };
        using var result = FusedLoss.Backward(GroupObjective.DrGrpo, hidden, head, batch);   // gradients are where backward() would put them
        // end

        Close.To(problem.Naive(GroupObjective.DrGrpo).Loss.ToDouble(), result.Loss, 1e-10, "loss");
        Assert.True(hidden.grad!.abs().sum().ToDouble() > 0 && weight.grad!.abs().sum().ToDouble() > 0);
    }

    [Theory]
    [InlineData("program")]
    [InlineData("fused program")]
    public void The_programs_are_those_that_are_documented(string name)
    {
        var source = Lines(File.ReadAllText(Path.Combine(Directories.Root, "tests", "GrpoAnalyzers.Runtime.Tests", "DocumentationTests.cs")));
        var first = Array.IndexOf(source, "// " + name);
        var last = Array.IndexOf(source, "// end", first);
        var text = Lines(Losses);
        var start = Array.IndexOf(text, $"<!-- {name} -->") + 2;
        Assert.Equal(source[(first + 1)..last], text[start..Array.IndexOf(text, "```", start)]);
    }

    [Fact]
    public void Every_method_and_loss_and_estimator_is_documented()
    {
        var presets = typeof(GroupObjective).GetMembers(BindingFlags.Public | BindingFlags.Static)
            .Where(m => m is PropertyInfo { PropertyType: var p } && p == typeof(GroupObjective)
                || m is MethodInfo { ReturnType: var r, IsSpecialName: false } && r == typeof(GroupObjective));
        var types = typeof(GroupObjective).Assembly.GetExportedTypes()
            .Where(t => t.Name.EndsWith("Loss", StringComparison.Ordinal) || typeof(OffPolicyCorrection).IsAssignableFrom(t))
            .Where(t => !t.IsAbstract && t != typeof(NoCorrection) && t != typeof(ProductCorrection));
        var estimators = typeof(KlEstimator).GetProperties(BindingFlags.Public | BindingFlags.Static);
        Assert.All(
            [.. presets.Select(m => m.Name), .. types.Select(t => t.Name), .. estimators.Select(p => p.Name)],
            name => Assert.Matches($@"\b{name}\b", Losses));
        Assert.Equal(GroupObjective.Presets.Count, GroupObjective.Presets.Select(p => p.Name).Distinct().Count());
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(l => l.Trim())];
}
