using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

internal static partial class Comparisons
{
    private static Comparison[] Scans() =>
    [
        new("a.cumsum(-1)", x => x.a.cumsum(-1), x => torch.cumsum(x.a, -1)),
        new("a.cumsum(1, dtype=torch.float64)", x => x.a.cumsum(1, ScalarType.Float64), x => torch.cumsum(x.a, 1, ScalarType.Float64)),
        new("a.cumprod(-1)", x => x.a.cumprod(-1), x => torch.cumprod(x.a, -1)),
        new("a.cumprod(1, dtype=torch.float64)", x => x.a.cumprod(1, ScalarType.Float64), x => torch.cumprod(x.a, 1, ScalarType.Float64)),
        new("a.cummax(-1)", x => x.a.cummax(-1), x => torch.cummax(x.a, -1)),
        new("a.cummin(1)", x => x.a.cummin(1), x => torch.cummin(x.a, 1)),
        new("a.logcumsumexp(-1)", x => x.a.logcumsumexp(-1), x => torch.logcumsumexp(x.a, -1)),
        new("a.diff()", x => x.a.diff(), x => torch.diff(x.a)),
        new("a.diff(n=2, dim=1)", x => x.a.diff(2, 1), x => torch.diff(x.a, 2, 1)),
        new("a.diff(prepend=c, append=c)", x => x.a.diff(prepend: x.c, append: x.c), x => torch.diff(x.a, prepend: x.c, append: x.c)),
        new("torch.trapezoid(a)", x => torch.trapezoid(x.a), x => x.a.trapezoid()),
        new("torch.trapezoid(a, dx=0.5, dim=1)", x => torch.trapezoid(x.a, 0.5, 1), x => x.a.trapezoid(0.5, 1)),
        new("torch.trapezoid(a, c)", x => torch.trapezoid(x.a, x.c), x => x.a.trapezoid(x.c)),
        new("torch.trapezoid(a, c, dim=1)", x => torch.trapezoid(x.a, x.c, 1), x => x.a.trapezoid(x.c, 1)),
        new("torch.trapz(a)", x => torch.trapz(x.a)),
        new("torch.trapz(a, dx=0.5, dim=1)", x => torch.trapz(x.a, 0.5, 1)),
        new("torch.trapz(a, c)", x => torch.trapz(x.a, x.c)),
        new("torch.cumulative_trapezoid(a)", x => torch.cumulative_trapezoid(x.a), x => x.a.cumulative_trapezoid()),
        new("torch.cumulative_trapezoid(a, dx=0.5, dim=1)", x => torch.cumulative_trapezoid(x.a, 0.5, 1), x => x.a.cumulative_trapezoid(0.5, 1)),
        new("torch.cumulative_trapezoid(a, c)", x => torch.cumulative_trapezoid(x.a, x.c), x => x.a.cumulative_trapezoid(x.c)),
    ];
}
