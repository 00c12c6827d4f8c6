namespace GrpoAnalyzers.StandIns.Tests.Python;

public sealed class PythonTorchTests
{
    [Theory]
    [InlineData("/bin/false")]
    [InlineData("/no/such/python3")]
    public void Without_torch_a_comparison_fails_and_says_why(string interpreter)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new PythonTorch(interpreter));

        Assert.Equal(
            $"{interpreter} cannot import torch, so that the stand-in for TorchSharp cannot be compared with it: run eng/setup, which installs python3-torch.",
            failure.Message);
    }
}
