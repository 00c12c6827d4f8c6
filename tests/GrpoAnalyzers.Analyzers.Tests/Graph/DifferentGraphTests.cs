namespace GrpoAnalyzers.Analyzers.Tests.Graph;

/// <summary>Code that computes something else is another graph, however alike it looks.</summary>
public sealed class DifferentGraphTests
{
    [Theory]
    [InlineData("policy.call(a) - policy.call(a)", "var x = policy.call(a); opt.step(); return x - policy.call(a);")]
    [InlineData("policy.call(a) - policy.call(a)", "var x = policy.call(a); Update(opt); return x - policy.call(a);")]
    [InlineData("policy.call(a) - policy.call(a)", "policy.call(a) - other.call(a)")]
    [InlineData("policy.call(a) - policy.call(a)", "policy.call(a) - policy.call(b)")]
    [InlineData("policy.call(a) - policy.call(a)", "var x = policy.call(a); for (var i = 0; i < n; i++) opt.step(); return x - policy.call(a);")]
    public void ForwardPasses(string left, string right) => AssertDifferent(left, right);

    [Theory]
    [InlineData("var x = a + b; return a + b - x;", "var x = a + b; a.mul_(2); return a + b - x;")]
    [InlineData("var x = a * b; return a * b - x;", "var x = a * b; b.clamp_(0, 1); return a * b - x;")]
    [InlineData("var x = a * b; return a * b - x;", "var x = a * b; torch.div_(b, c); return a * b - x;")]
    [InlineData("var x = a * b; return a * b - x;", "var x = a * b; a[0] = c; return a * b - x;")]
    [InlineData("var x = a.exp(); return a;", "var x = a.exp_(); return x + a;")]
    public void WritesInPlace(string left, string right) => AssertDifferent(left, right);

    [Theory]
    [InlineData("var r = torch.rand_like(a); return r - r;", "torch.rand_like(a) - torch.rand_like(a)")]
    [InlineData("var r = torch.randn(3); return r * r;", "torch.randn(3) * torch.randn(3)")]
    [InlineData("var r = a.multinomial(1); return r * r;", "a.multinomial(1) * a.multinomial(1)")]
    public void RandomValues(string left, string right) => AssertDifferent(left, right);

    [Theory]
    [InlineData("a.sum(0L)", "a.sum(1)")]
    [InlineData("a.sum(1)", "a.sum()")]
    [InlineData("a.sum(1)", "a.sum(1, keepdim: true)")]
    [InlineData("a.sum(1)", "a.sum(new long[] { 0, 1 })")]
    [InlineData("a.sum(1)", "a.mean(new long[] { 1 })")]
    [InlineData("a.std(1)", "a.var(1)")]
    [InlineData("a.std(1)", "a.std(1, unbiased: false)")]
    [InlineData("a.norm(1)", "a.norm(0)")]
    [InlineData("a.amax(new long[] { 1 })", "a.amin(new long[] { 1 })")]
    [InlineData("a.cumsum(0)", "a.cumsum(1)")]
    [InlineData("a.softmax(0)", "a.softmax(1)")]
    [InlineData("a.softmax(1)", "a.log_softmax(1)")]
    [InlineData("a.logsumexp(1)", "a.sum(1)")]
    [InlineData("a.prod()", "a.sum()")]
    public void Reductions(string left, string right) => AssertDifferent(left, right);

    [Theory]
    [InlineData("a - b", "b - a")]
    [InlineData("a / b", "b / a")]
    [InlineData("a * b + c", "a * (b + c)")]
    [InlineData("torch.min(a, b)", "torch.max(a, b)")]
    [InlineData("torch.min(a, b)", "-torch.min(-a, -b)")]
    [InlineData("torch.min(a, b)", "torch.where(a < b, b, a)")]
    [InlineData("torch.min(a, b)", "torch.where(a < c, a, b)")]
    [InlineData("a.clamp(0.8, 1.2)", "a.clamp(0.8, 1.28)")]
    [InlineData("a.clamp(0.8, 1.2)", "a.clamp(max: 1.2)")]
    [InlineData("a.clamp(0.8, 1.2)", "a.clamp(min: 0.8)")]
    [InlineData("a.pow(2)", "a.pow(3)")]
    [InlineData("a.exp()", "a.log()")]
    [InlineData("a.log()", "a.log2()")]
    [InlineData("a.erf()", "a.erfc()")]
    [InlineData("a.sin()", "a.cos()")]
    [InlineData("a.atan2(b)", "a.fmod(b)")]
    [InlineData("a.triu()", "a.triu(1)")]
    [InlineData("a.isnan()", "a.isinf()")]
    [InlineData("a.abs()", "a.sign()")]
    [InlineData("a.relu()", "a.sigmoid()")]
    [InlineData("a < b", "a > b")]
    [InlineData("a < b", "a <= b")]
    [InlineData("a.detach() * b", "a * b")]
    public void Arithmetic(string left, string right) => AssertDifferent(left, right);

    [Theory]
    [InlineData("a.unsqueeze(0)", "a.unsqueeze(1)")]
    [InlineData("a[0]", "a[1]")]
    [InlineData("a.narrow(1, 0, 4)", "a.narrow(1, 1, 4)")]
    [InlineData("a.gather(1, b)", "a.gather(0, b)")]
    [InlineData("a.masked_select(m)", "a")]
    [InlineData("a.index_select(0, b)", "a.index_select(1, b)")]
    public void Selections(string left, string right) => AssertDifferent(left, right);

    [Theory]
    [InlineData("a - b", "Swapped(a, b)")]
    [InlineData("RowMean(a, m)", "RowMean(a, m, 0)")]
    [InlineData("n > 0 ? a : b", "n > 1 ? a : b")]
    [InlineData("n > 0 ? a : b", "a")]
    [InlineData("a * b", "var t = a; for (var i = 0; i < n; i++) t = t * b; return t;")]
    [InlineData("a * xs.Sum()", "a * xs.Average()")]
    [InlineData("a * xs.Max()", "a * xs.Min()")]
    public void Statements(string left, string right) => AssertDifferent(left, right);

    private static void AssertDifferent(string left, string right)
    {
        var (first, second) = GraphPair.Of(left, right);

        Assert.NotEqual(first, second);
    }
}
