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
        ["-a"] = (a, _) => -a,
        ["a + 2"] = (a, _) => a + 2,
        ["3 - a"] = (a, _) => 3 - a,
        ["a * 0.5"] = (a, _) => a * 0.5,
        ["2 / (a.abs() + 1)"] = (a, _) => 2 / (a.abs() + 1),
        ["a.add(b, alpha=3)"] = (a, b) => a.add(b, alpha: 3),
        ["a.pow(2)"] = (a, _) => a.pow(2),
        ["a.abs().pow(0.5)"] = (a, _) => a.abs().pow(0.5),
        ["a.abs().sqrt()"] = (a, _) => a.abs().sqrt(),
        ["a.abs().rsqrt()"] = (a, _) => a.abs().rsqrt(),
        ["a.reciprocal()"] = (a, _) => a.reciprocal(),
        ["a.expm1()"] = (a, _) => a.expm1(),
        ["a.abs().log1p()"] = (a, _) => a.abs().log1p(),
        ["a.sigmoid()"] = (a, _) => a.sigmoid(),
        ["a.tanh()"] = (a, _) => a.tanh(),
        ["a.relu()"] = (a, _) => a.relu(),
        ["a.sin() * a.cos()"] = (a, _) => a.sin() * a.cos(),
        ["a.erf()"] = (a, _) => a.erf(),
        ["a.clamp(min=-0.2)"] = (a, _) => a.clamp(min: -0.2),
        ["a.clamp(max=0.2)"] = (a, _) => a.clamp(max: 0.2),
        ["a.clamp_min(0.1)"] = (a, _) => a.clamp_min(0.1),
        ["a.clamp_max(0.1)"] = (a, _) => a.clamp_max(0.1),
        ["a.sum()"] = (a, _) => a.sum(),
        ["a.sum(0)"] = (a, _) => a.sum(0L),
        ["a.sum([0, 2])"] = (a, _) => a.sum([0L, 2L]),
        ["a.mean()"] = (a, _) => a.mean(),
        ["a.mean([0, 1], keepdim=True)"] = (a, _) => a.mean([0, 1], true),
        ["a.std()"] = (a, _) => a.std(),
        ["a.std(1, keepdim=True)"] = (a, _) => a.std(1, keepdim: true),
        ["a.var()"] = (a, _) => a.var(),
        ["torch.std_mean(a, 1)[0] + torch.std_mean(a, 1)[1]"] = (a, _) => std_mean(a, 1).std + std_mean(a, 1).mean,
        ["a.norm()"] = (a, _) => a.norm(),
        ["a.min(1)[0]"] = (a, _) => a.min(1).values,
        ["a.amax(-1)"] = (a, _) => a.amax(-1),
        ["a.prod()"] = (a, _) => a.prod(),
        ["a.logsumexp(1, keepdim=True)"] = (a, _) => a.logsumexp(1, keepdim: true),
        ["a.masked_fill(a > 0.5, -1.0)"] = (a, _) => a.masked_fill(a > 0.5, -1.0),
        ["a.masked_select(a > 0)"] = (a, _) => a.masked_select(a > 0),
        ["a.gather(-1, torch.tensor([[[0], [3], [1]], [[2], [2], [0]]]))"] = (a, _) => a.gather(-1, tensor(new long[] { 0, 3, 1, 2, 2, 0 }).view(2, 3, 1)),
        ["a.index_select(1, torch.tensor([2, 0, 2]))"] = (a, _) => a.index_select(1, tensor(new long[] { 2, 0, 2 })),
        ["a.select(1, -1)"] = (a, _) => a.select(1, -1),
        ["a.narrow(2, 1, 2)"] = (a, _) => a.narrow(2, 1, 2),
        ["a[1]"] = (a, _) => a[1],
        ["a[:, 1:, ::2]"] = (a, _) => a[TensorIndex.Colon, TensorIndex.Slice(1), TensorIndex.Slice(step: 2)],
        ["a[..., None]"] = (a, _) => a[TensorIndex.Ellipsis, TensorIndex.Null],
        ["a.view(-1, 4)"] = (a, _) => a.view(-1, 4),
        ["a.reshape(4, 6)"] = (a, _) => a.reshape(4, 6),
        ["a.flatten(1)"] = (a, _) => a.flatten(1),
        ["a.unsqueeze(-1).squeeze(-1)"] = (a, _) => a.unsqueeze(-1).squeeze(-1),
        ["a.transpose(0, 2)"] = (a, _) => a.transpose(0, 2),
        ["a.permute(2, 0, 1)"] = (a, _) => a.permute(2, 0, 1),
        ["b.expand(3, 4) * a"] = (a, b) => b.expand(3, 4) * a,
        ["a.repeat(1, 2, 1)"] = (a, _) => a.repeat(1, 2, 1),
        ["a.repeat_interleave(2, 1)"] = (a, _) => a.repeat_interleave(2, 1),
        ["a.flip(0)"] = (a, _) => a.flip(0),
        ["a.roll(1, 2)"] = (a, _) => a.roll(1, 2),
        ["torch.cat([a, a * 2], 1)"] = (a, _) => cat([a, a * 2], 1),
        ["torch.stack([a, -a], -1)"] = (a, _) => stack([a, -a], -1),
        ["a.triu(1)"] = (a, _) => a.triu(1),
        ["a.matmul(b)"] = (a, b) => a.matmul(b),
        ["a.bmm(a.transpose(1, 2))"] = (a, _) => a.bmm(a.transpose(1, 2)),
        ["torch.einsum('btk,k->bt', a, b)"] = (a, b) => einsum("btk,k->bt", a, b),
        ["a.index_add(1, torch.tensor([0, 0, 2]), a * 3)"] = (a, _) => a.index_add(1, tensor(new long[] { 0, 0, 2 }), a * 3, 1),
        ["a.topk(2, -1)[0]"] = (a, _) => a.topk(2, -1).values,
        ["a.sort(-1)[0]"] = (a, _) => a.sort(-1).Values,
        ["F.logsigmoid(a)"] = (a, _) => nn.functional.logsigmoid(a),
        ["F.silu(a)"] = (a, _) => nn.functional.silu(a),
        ["F.normalize(a, dim=-1)"] = (a, _) => nn.functional.normalize(a, dim: -1),
        ["F.layer_norm(a, [4], b, b * 2)"] = (a, b) => nn.functional.layer_norm(a, [4], b, b * 2),
        ["F.pad(a, [1, 2], value=0.5)"] = (a, _) => nn.functional.pad(a, new long[] { 1, 2 }, value: 0.5),
        ["F.smooth_l1_loss(a, b.expand_as(a))"] = (a, b) => nn.functional.smooth_l1_loss(a, b.expand_as(a)),
        ["F.huber_loss(a, b.expand_as(a), delta=0.7)"] = (a, b) => nn.functional.huber_loss(a, b.expand_as(a), 0.7),
        ["F.binary_cross_entropy_with_logits(a, torch.ones_like(a))"] = (a, _) => nn.functional.binary_cross_entropy_with_logits(a, ones_like(a)),
        ["F.cross_entropy(a.view(-1, 4), torch.tensor([0, 3, 1, 2, -100, 0]))"] = (a, _) => nn.functional.cross_entropy(a.view(-1, 4), tensor(new long[] { 0, 3, 1, 2, -100, 0 })),
        ["F.cross_entropy(a.view(-1, 4), torch.tensor([0, 3, 1, 2, 1, 0]), reduction='none')"] =
            (a, _) => nn.functional.cross_entropy(a.view(-1, 4), tensor(new long[] { 0, 3, 1, 2, 1, 0 }), reduction: nn.Reduction.None),
        ["torch.distributions.Categorical(logits=a).log_prob(torch.tensor([[0, 3, 1], [2, 2, 0]]))"] =
            (a, _) => distributions.Categorical(logits: a).log_prob(tensor(new long[] { 0, 3, 1, 2, 2, 0 }).view(2, 3)),
        ["torch.distributions.Categorical(logits=a).entropy()"] = (a, _) => distributions.Categorical(logits: a).entropy(),
        ["torch.distributions.Normal(a, b.abs() + 1).log_prob(torch.zeros_like(a))"] = (a, b) => distributions.Normal(a, b.abs() + 1).log_prob(zeros_like(a)),
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
