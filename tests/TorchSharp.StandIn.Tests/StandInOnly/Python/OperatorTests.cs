using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

public sealed class OperatorTests(PythonTorch python) : IClassFixture<PythonTorch>
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Operators = new()
    {
        ["a + b"] = (a, b) => a + b,
        ["a - b"] = (a, b) => a - b,
        ["a * b"] = (a, b) => a * b,
        ["a / b"] = (a, b) => a / b,
        ["torch.minimum(a, b)"] = (a, b) => a.minimum(b),
        ["torch.maximum(a, b)"] = (a, b) => a.maximum(b),
        ["torch.where(a > b, a, b)"] = Greater,
        ["a.exp()"] = (a, _) => a.exp(),
        ["a.abs().log()"] = (a, _) => a.abs().log(),
        ["a.clamp(-0.5, 0.5)"] = (a, _) => a.clamp(-0.5, 0.5),
        ["a.square().sum(-1, keepdim=True)"] = (a, _) => a.square().sum(-1, keepdim: true),
        ["a.mean([-1])"] = (a, _) => a.mean([-1]),
        ["a.std(-1)"] = (a, _) => a.std(-1),
        ["a.var(-1, unbiased=False, keepdim=True)"] = (a, _) => a.var(-1, unbiased: false, keepdim: true),
        ["a.logsumexp(-1)"] = (a, _) => a.logsumexp(-1),
        ["a.log_softmax(-1)"] = (a, _) => a.log_softmax(-1),
        ["a.softmax(-1) * a"] = (a, _) => a.softmax(-1) * a,
        ["a.cumsum(-1)"] = (a, _) => a.cumsum(-1),
        ["a.max(-1, keepdim=True)[0]"] = (a, _) => a.max(-1, keepdim: true).values,
        ["F.kl_div(a, b, log_target=True, reduction='mean')"] = (a, b) => nn.functional.kl_div(a, b),
        ["F.mse_loss(a, b.expand_as(a))"] = (a, b) => nn.functional.mse_loss(a, b.expand_as(a)),
        ["F.softplus(a)"] = (a, _) => nn.functional.softplus(a),
        ["F.gelu(a)"] = (a, _) => nn.functional.gelu(a),
    };

    public static TheoryData<string, ScalarType> Cases()
    {
        var cases = new TheoryData<string, ScalarType>();
        foreach (var name in Operators.Keys)
        {
            cases.Add(name, ScalarType.Float32);
            cases.Add(name, ScalarType.Float64);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_and_gradients_are_pythons(string expression, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var a = (((arange(24, dtype: ScalarType.Float64) * 1.7) + 0.3).sin() * 2).reshape(2, 3, 4).to(type);
        var b = ((arange(4, dtype: ScalarType.Float64) + 1.3).cos() - 1.5).to(type);

        var expected = python.Ask("r = " + expression, true, a, b);

        a.requires_grad = b.requires_grad = true;
        var value = Operators[expression](a, b);
        value.sum().backward();
        var tolerance = type == ScalarType.Float64 ? 1e-12 : 1e-6;
        PythonTorch.Same(expected[0], value, tolerance);
        var gradients = new[] { a.grad, b.grad }.Where(gradient => gradient is not null).ToArray();
        Assert.Equal(expected.Count - 1, gradients.Length);
        for (var i = 0; i < gradients.Length; i++) PythonTorch.Same(expected[i + 1], gradients[i]!, tolerance);
    }

    private static Tensor Greater(Tensor a, Tensor b) => where(a > b, a, b);
}
