using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

public class DisposeScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        var before = Tensor.TotalCount;
        Tensor sum;
        using (NewDisposeScope())
        {
            sum = ones(3) + ones(3);
            Assert.Equal(before + 3, Tensor.TotalCount);
        }

        Assert.True(sum.IsInvalid);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void What_is_moved_out_survives_until_the_outer_scope_ends()
    {
        Tensor kept;
        using (NewDisposeScope())
        {
            using (NewDisposeScope()) kept = (ones(2) * 3).MoveToOuterDisposeScope();
            Assert.Equal([3f, 3f], kept.data<float>().ToArray());
        }

        Assert.True(kept.IsInvalid);
    }

    [Fact]
    public void What_leaves_the_outermost_scope_belongs_to_nobody()
    {
        Tensor kept;
        using (NewDisposeScope()) kept = ones(2).MoveToOuterDisposeScope();
        Assert.False(kept.IsInvalid);
        kept.Dispose();
    }

    [Fact]
    public void A_detached_tensor_survives_every_scope()
    {
        Tensor kept;
        using (NewDisposeScope())
        using (NewDisposeScope()) kept = ones(2).DetachFromDisposeScope();
        Assert.False(kept.IsInvalid);
        kept.Dispose();
    }

    [Fact]
    public void A_tensor_moves_to_the_scope_of_another()
    {
        using var outer = NewDisposeScope();
        var anchor = ones(1);
        Tensor moved;
        using (NewDisposeScope()) moved = zeros(1).MoveToOtherDisposeScope(anchor);
        Assert.False(moved.IsInvalid);
        Assert.True(outer.Contains(moved));
    }

    [Fact]
    public void DisposeEverythingBut_keeps_only_its_argument()
    {
        using var scope = NewDisposeScope();
        var (kept, gone) = (ones(1), zeros(1));
        Assert.Same(kept, scope.DisposeEverythingBut(kept));
        Assert.False(kept.IsInvalid);
        Assert.True(gone.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void Attach_takes_over_a_tensor_of_nobody()
    {
        var tensor = ones(1);
        using (var scope = NewDisposeScope())
        {
            scope.Attach(tensor);
            Assert.True(scope.Contains(tensor));
        }

        Assert.True(tensor.IsInvalid);
    }

    [Fact]
    public void A_tensor_disposed_by_hand_leaves_its_scope()
    {
        using var scope = NewDisposeScope();
        var tensor = ones(1);
        tensor.Dispose();
        Assert.Equal(0, scope.DisposablesCount);
        tensor.Dispose();
    }

    [Fact]
    public void The_current_scope_is_the_innermost()
    {
        Assert.Null(CurrentDisposeScope);
        using var outer = NewDisposeScope();
        using (var inner = NewDisposeScope()) Assert.Same(inner, CurrentDisposeScope);
        Assert.Same(outer, CurrentDisposeScope);
    }

    [Fact]
    public void A_wrapped_expression_leaves_only_its_value()
    {
        var before = Tensor.TotalCount;
        using var value = WrappedTensorDisposeScope(() => (ones(2) + 1) * 2);
        Assert.Equal(before + 1, Tensor.TotalCount);
        Assert.Equal([4f, 4f], value.data<float>().ToArray());
    }

    [Fact]
    public void Scopes_are_the_threads_own()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;
        DisposeScope? seen = scope;
        RunOnThread(() =>
        {
            seen = CurrentDisposeScope;
            elsewhere = ones(1);
        });
        Assert.Null(seen);
        Assert.False(scope.Contains(elsewhere!));
        elsewhere!.Dispose();
    }

    [Fact]
    public void A_gradient_outlives_the_scope_of_backward()
    {
        using var weight = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        using (NewDisposeScope()) (weight * weight).sum().backward();
        using var gradient = weight.grad;
        Assert.Equal([2.0, 4.0], gradient!.data<double>().ToArray());
    }

    [Fact]
    public void Finalisers_release_what_nobody_disposed()
    {
        Collect();
        var before = Tensor.TotalCount;
        Abandon(100);
        Collect();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Finalisers_and_threads_work_side_by_side()
    {
        Collect();
        var before = Tensor.TotalCount;
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 500; i++)
            {
                var left = ones(4) * i;
                if (i % 2 == 0) left.Dispose();
            }
        });
        Collect();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void The_peak_count_is_the_highest_total()
    {
        var tensors = Enumerable.Range(0, 50).Select(_ => ones(1)).ToList();
        Assert.True(Tensor.PeakCount >= Tensor.TotalCount);
        tensors.ForEach(tensor => tensor.Dispose());
    }

    [Fact]
    public void Statistics_count_what_this_thread_made()
    {
        RunOnThread(() =>
        {
            ones(1).Dispose();
            using (NewDisposeScope()) _ = ones(1);
            var counts = DisposeScopeManager.Statistics;
            Assert.Equal(1, counts.CreatedOutsideScopeCount);
            Assert.Equal(1, counts.CreatedInScopeCount);
            Assert.Equal(1, counts.DisposedInScopeCount);
            Assert.Equal(0, counts.ThreadTotalLiveCount);
        });
    }

    private static void Abandon(int count)
    {
        for (var i = 0; i < count; i++) _ = ones(2);
    }

    private static void Collect()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static void RunOnThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
