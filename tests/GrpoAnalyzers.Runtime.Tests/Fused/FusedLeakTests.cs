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

                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Tensor.TotalCount;
            }

            After();
            var before = After();
            Assert.Equal(before, After());
        }
    }
}
