using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

public class GradModeTests
{
    [Fact]
    public void Nothing_is_recorded_under_no_grad()
    {
        using var weight = ones(2, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((weight * 2).requires_grad);
            using (enable_grad()) Assert.True((weight * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }

        Assert.True(is_grad_enabled());
        Assert.True((weight * 2).requires_grad);
    }

    [Fact]
    public void The_mode_is_the_threads_own()
    {
        var elsewhere = false;
        using (no_grad())
        {
            var thread = new Thread(() => elsewhere = is_grad_enabled());
            thread.Start();
            thread.Join();
        }

        Assert.True(elsewhere);
    }

    [Fact]
    public void Inference_mode_is_the_threads_own_and_ends()
    {
        bool inside, elsewhere = true;
        using (inference_mode())
        {
            inside = is_inference_mode_enabled();
            var thread = new Thread(() => elsewhere = is_inference_mode_enabled());
            thread.Start();
            thread.Join();
        }

        Assert.True(inside);
        Assert.False(elsewhere);
        Assert.False(is_inference_mode_enabled());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Set_grad_enabled_sets_and_restores(bool mode)
    {
        using (set_grad_enabled(mode)) Assert.Equal(mode, is_grad_enabled());
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Anomaly_detection_names_the_step_that_made_a_nan()
    {
        using var x = tensor(-1.0, requires_grad: true);
        using (autograd.detect_anomaly())
        {
            Assert.True(AnomalyMode.IsEnabled);
            using var y = x.sqrt();
            var failure = Assert.ThrowsAny<Exception>(() => y.backward());
            Assert.Contains("nan", failure.Message);
        }

        Assert.False(AnomalyMode.IsEnabled);
    }
}
