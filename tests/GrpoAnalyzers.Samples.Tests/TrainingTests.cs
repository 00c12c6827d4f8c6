using AdditionGrpo;
using TorchSharp;

namespace GrpoAnalyzers.Samples.Tests;

[Collection(nameof(TensorCount))]
public class TrainingTests
{
    private static readonly ProgressBar Unseen = new(total: 60, visible: false);

    [Fact]
    public void Warm_start_teaches_the_form_of_an_answer()
    {
        torch.manual_seed(1);
        var random = new Random(1);
        var problems = new ProblemSet(random);
        using var policy = new Transformer();
        var before = WellFormed(policy, problems);

        var steps = new WarmStart(policy, problems, random).Run(maxSteps: 60, Unseen, CancellationToken.None);

        Assert.Equal(60, steps);
        Assert.InRange(before, 0, 0.1);
        Assert.InRange(WellFormed(policy, problems), 0.6, 1);
    }

    [Fact]
    public void Warm_start_stops_when_cancelled()
    {
        var random = new Random(1);
        using var policy = new Transformer();

        Assert.Equal(0, new WarmStart(policy, new ProblemSet(random), random).Run(maxSteps: 60, Unseen, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Number_of_tensors_is_flat_over_training_steps()
    {
        torch.manual_seed(1);
        var random = new Random(1);
        var problems = new ProblemSet(random);
        using var policy = new Transformer();
        var weights = TensorCount.Settled();
        new WarmStart(policy, problems, random).Run(maxSteps: 10, Unseen, CancellationToken.None);
        Assert.Equal(weights, TensorCount.Settled());

        using var trainer = new GrpoTrainer(policy);
        trainer.Step(problems.Draw(4));
        var afterOneStep = torch.Tensor.TotalCount;
        for (var step = 0; step < 3; step++) trainer.Step(problems.Draw(4));

        Assert.Equal(afterOneStep, torch.Tensor.TotalCount);
    }

    [Fact]
    public void Completions_that_all_fail_leave_nothing_but_weight_decay()
    {
        torch.manual_seed(1);
        using var policy = new Transformer();
        var before = Weights(policy);
        using var trainer = new GrpoTrainer(policy);

        var result = trainer.Step([new(99, 99), new(75, 50), new(60, 60), new(88, 44)]);

        Assert.Equal(0, result.MeanReward); // an untrained policy does not add
        var decay = Math.Pow(1 - 5e-4 * 0.01, 4); // learning rate x weight decay, four updates
        Assert.All(before.Zip(Weights(policy)), pair => Assert.Equal(pair.First * decay, pair.Second, 5e-6));
        Assert.NotEqual(before, Weights(policy));
    }

    private static double WellFormed(Transformer policy, ProblemSet problems)
    {
        using var tokens = Sampler.Complete(policy, problems.HeldOut, greedy: false);
        return Sampler.Completions(tokens).Average(completion =>
        {
            var answer = completion.TrimStart(Tokenizer.Filler).TrimEnd(Tokenizer.End);
            return answer.Length is 2 or 3 && answer.All(char.IsAsciiDigit) && completion.EndsWith(Tokenizer.End) ? 1.0 : 0.0;
        });
    }

    private static float[] Weights(Transformer policy)
    {
        using var scope = torch.NewDisposeScope();
        return [.. policy.parameters().SelectMany(parameter => parameter.detach().cpu().contiguous().data<float>().ToArray())];
    }
}
