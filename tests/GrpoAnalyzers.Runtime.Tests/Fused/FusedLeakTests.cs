namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Steps with a backward pass leave the gradients and nothing else.</summary>
public class FusedLeakTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void The_number_of_tensors_is_flat_over_steps(bool frozen, bool sink)
    {
        using var scope = NewDisposeScope();
        foreach (var objective in new[] { GroupObjective.DrGrpo, GroupObjective.Gspo })
        {
            var problem = FusedProblem.Of(41, bias: true).As(ScalarType.Float64, frozen);
            long After()
            {
                using (NewDisposeScope())
                {
                    if (sink)
                    {
                        using var result = FusedLoss.Backward(objective, problem.Hidden, problem.Head, problem.Inputs);
                    }
                    else
                    {
                        using var result = FusedLoss.Compute(objective, problem.Hidden, problem.Head, problem.Inputs);
                        result.Loss.backward();
                    }
                }

                return TensorCount.Settled();
            }

            After();
            var before = After();
            Assert.Equal(before, After());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Disposing_the_result_disposes_what_its_backward_returned(bool frozen)
    {
        // No dispose scope, and no garbage collection that would clean up.
        var problem = FusedProblem.Of(42).As(ScalarType.Float64, frozen);
        long After()
        {
            using var result = FusedLoss.Compute(GroupObjective.DrGrpo, problem.Hidden, problem.Head, problem.Inputs);
            result.Loss.backward();
            return Tensor.TotalCount;
        }

        After();
        var before = TensorCount.Settled();
        for (var step = 0; step < 5; step++)
        {
            After();
        }

        // One a step is the framework's: its handle of the upstream gradient.
        Assert.InRange(Tensor.TotalCount - before, 0, 5);
    }
}
