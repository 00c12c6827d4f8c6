namespace GrpoAnalyzers.Analyzers.Tests.Graph;

/// <summary>Spellings of one formula are one graph.</summary>
public sealed class EqualGraphTests
{
    [Theory]
    [InlineData("a / b", "a.div(b)")]
    [InlineData("a / b", "torch.div(a, b)")]
    [InlineData("a / b", "a * b.reciprocal()")]
    [InlineData("a / b", "a * torch.reciprocal(b)")]
    [InlineData("a / b", "a.mul(b.pow(-1))")]
    [InlineData("a / b", "a.div_(b)")]
    [InlineData("a / b", "a.true_divide(b)")]
    [InlineData("a / b", "a.Over(b)")]
    [InlineData("a / b", "a * (1 / b)")]
    public void Division(string left, string right) => AssertEqual(left, right);

    [Theory]
    [InlineData("torch.min(a, b)", "torch.minimum(a, b)")]
    [InlineData("torch.min(a, b)", "a.minimum(b)")]
    [InlineData("torch.min(a, b)", "torch.where(a < b, a, b)")]
    [InlineData("torch.min(a, b)", "torch.where(a <= b, a, b)")]
    [InlineData("torch.min(a, b)", "torch.where(a > b, b, a)")]
    [InlineData("torch.min(a, b)", "torch.where(a.lt(b), a, b)")]
    [InlineData("torch.min(a, b)", "a.where(a < b, b)")]
    [InlineData("torch.min(a, b)", "-torch.max(-a, -b)")]
    [InlineData("torch.min(a, b)", "torch.maximum(a.neg(), b.neg()).mul(-1)")]
    [InlineData("torch.max(a, b)", "-torch.min(-a, -b)")]
    [InlineData("torch.max(a, b)", "torch.where(a > b, a, b)")]
    [InlineData("torch.max(-a, -b)", "var x = -a; var y = -b; return torch.where(x > y, x, y);")]
    [InlineData("torch.max(-a * c, -b * c)", "var x = a.mul(-1) * c; var y = -b * c; return torch.where(x > y, x, y);")]
    public void Extremum(string left, string right) => AssertEqual(left, right);

    [Theory]
    [InlineData("c - (a.gather(-1, b) - a.logsumexp(-1))", "c + (a.gather(-1, b) - a.logsumexp(-1)).neg()")]
    [InlineData("c - (a.gather(-1, b) - a.logsumexp(-1))", "(a.gather(-1, b) - a.logsumexp(-1)).mul(-1) + c")]
    public void NegatedLogProbability(string left, string right) => AssertEqual(left, right);

    [Theory]
    [InlineData("a.clamp(0.8, 1.2)", "torch.clamp(a, 0.8, 1.2)")]
    [InlineData("a.clamp(0.8, 1.2)", "a.clip(0.8, 1.2)")]
    [InlineData("a.clamp(0.8, 1.2)", "a.clamp(max: 1.2, min: 0.8)")]
    [InlineData("a.clamp(0.8, 1.2)", "a.clamp_min(0.8).clamp_max(1.2)")]
    [InlineData("a.clamp(0.8, 1.2)", "torch.clamp_max(torch.clamp_min(a, 0.8), 1.2)")]
    [InlineData("a.clamp(0.8, 1.2)", "torch.minimum(torch.maximum(a, torch.tensor(0.8)), torch.tensor(1.2))")]
    [InlineData("a.clamp(0.8, 1.2)", "a.clamp(1 - 0.2, 1 + 0.2)")]
    [InlineData("a.clamp(min: 0.8)", "-torch.min(-a, torch.tensor(-0.8))")]
    public void Clipping(string left, string right) => AssertEqual(left, right);

    [Theory]
    [InlineData("-a", "a.neg()")]
    [InlineData("-a", "a * -1")]
    [InlineData("-a", "0 - a")]
    [InlineData("-a", "torch.zeros_like(a) - a")]
    [InlineData("a - b", "a + -b")]
    [InlineData("a - b", "a.sub(b)")]
    [InlineData("a - b", "torch.subtract(a, b)")]
    [InlineData("a - b", "-(b - a)")]
    [InlineData("a + b", "a.add_(b)")]
    [InlineData("a + b * c", "a.addcmul(b, c, 1)")]
    [InlineData("a + b / c", "a.addcdiv(b, c)")]
    [InlineData("(a - b).exp()", "a.exp() / b.exp()")]
    [InlineData("a * a", "a.pow(2)")]
    [InlineData("a.square()", "a.pow(2)")]
    [InlineData("a.sqrt()", "a.pow(0.5)")]
    [InlineData("1 / a.sqrt()", "a.rsqrt()")]
    [InlineData("a.exp() - 1", "a.expm1()")]
    [InlineData("(1 + a).log()", "a.log1p()")]
    [InlineData("a > b", "torch.gt(a, b)")]
    [InlineData("a >= b", "torch.logical_not(a < b)")]
    [InlineData("torch.where(m, a, torch.zeros_like(a))", "a * m")]
    public void Arithmetic(string left, string right) => AssertEqual(left, right);

    [Theory]
    [InlineData("a.sum(1)", "torch.sum(a, 1)")]
    [InlineData("a.sum(1)", "a.sum(new long[] { 1 })")]
    [InlineData("a.mean()", "torch.mean(a)")]
    [InlineData("a.std()", "torch.std_mean(a).std")]
    [InlineData("a.mean()", "torch.std_mean(a).mean")]
    [InlineData("a.std()", "a.std(true)")]
    [InlineData("a.log_softmax(-1)", "nn.functional.log_softmax(a, -1)")]
    public void Reductions(string left, string right) => AssertEqual(left, right);

    [Theory]
    [InlineData("(a - b).exp() * c", "var d = a - b; var r = d.exp(); return r * c;")]
    [InlineData("(a * m).sum(1) / m.sum(1)", "RowMean(a, m)")]
    [InlineData("(a * m).sum(1) / m.sum(1)", "RowMean(mask: m, values: a)")]
    [InlineData("a / b", "Tensor Quotient(Tensor x) => x / b; return Quotient(a);")]
    [InlineData("a / b", "Func<Tensor, Tensor, Tensor> quotient = (x, y) => x / y; return quotient(a, b);")]
    [InlineData("a / b", "var (x, y) = Both(a, b); return x / y;")]
    [InlineData("a / b", "new Sides(a, b).Quotient")]
    [InlineData("a / b", "var sides = new Sides(b, b) with { Top = a }; return sides.Top / sides.Bottom;")]
    [InlineData("a * b", "var t = a; t *= b; return t;")]
    [InlineData("a * b", "Tensor t; { t = a * b; } return t;")]
    [InlineData("a * b", "using (no_grad()) { } return a.mul(b);")]
    [InlineData("n > 0 ? a : b", "Tensor t; if (n > 0) t = a; else t = b; return t;")]
    [InlineData("a / b", "Tensor Get(out Tensor x) { x = a; return b; } var y = Get(out var top); return top / y;")]
    [InlineData("policy.call(a) - policy.call(a)", "var out1 = policy.call(a); return out1 - out1;")]
    public void Statements(string left, string right) => AssertEqual(left, right);

    [Theory]
    [InlineData("a * xs.Select(x => x * 2).Sum()", "a * xs.Sum(x => x * 2)")]
    [InlineData("a * xs.Select(x => MathF.Exp(x)).Average()", "a * xs.Average(x => MathF.Exp(x))")]
    [InlineData("a * (xs.Max() - xs.Min())", "var top = xs.Max(); var low = xs.Min(); return a * (top - low);")]
    [InlineData("a * (float)(xs.Sum() / 2.0)", "var half = 0.5; return a * (float)(xs.Sum() / (1 / half));")]
    [InlineData("a * MathF.Sqrt(xs.Sum())", "a * (float)Math.Pow(xs.Sum(), 0.5)")]
    [InlineData("var t = 0f; foreach (var x in xs) t += x; return a * t;", "var t = 0f; foreach (var x in xs) { var u = t + x; t = u; } return a * t;")]
    [InlineData("var t = 0f; for (var i = 0; i < n; i++) t += xs[i]; return a * t;", "var t = 0f; var i = 0; while (i < n) { t = t + xs[i]; i++; } return a * t;")]
    public void ArraysAndLinq(string left, string right) => AssertEqual(left, right);

    private static void AssertEqual(string left, string right)
    {
        var (first, second) = GraphPair.Of(left, right);

        Assert.Equal(first, second);
    }
}
