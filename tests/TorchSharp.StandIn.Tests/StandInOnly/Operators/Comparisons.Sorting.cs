using TorchSharp;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

internal static partial class Comparisons
{
    private static Comparison[] Sorting() =>
    [
        new("a.sort()", x => x.a.sort(), x => torch.sort(x.a)),
        new("a.sort(1, descending=True)", x => x.a.sort(1, true), x => torch.sort(x.a, 1, true)),
        new("a.sort(dim=-1, descending=True, stable=True)", x => x.a.sort(-1, true, true), x => torch.sort(x.a, -1, true, true)),
        new("a.argsort()", x => x.a.argsort(), x => torch.argsort(x.a)),
        new("a.argsort(1, descending=True)", x => x.a.argsort(1, true), x => torch.argsort(x.a, 1, true)),
        new("a.msort()", x => x.a.msort(), x => torch.msort(x.a)),
        new("a.topk(2)", x => x.a.topk(2), x => torch.topk(x.a, 2)),
        new("a.topk(2, 1, False)", x => x.a.topk(2, 1, false), x => torch.topk(x.a, 2, 1, false)),
        new("a.topk(1, dim=-1, largest=True, sorted=False)", x => x.a.topk(1, -1, true, false), x => torch.topk(x.a, 1, -1, true, false)),
        new("a.kthvalue(2)", x => x.a.kthvalue(2, null), x => torch.kthvalue(x.a, 2, null)),
        new("a.kthvalue(1, 1, True)", x => x.a.kthvalue(1, 1, true), x => torch.kthvalue(x.a, 1, 1, true)),
        new("a.unique()", x => x.a.unique(), x => torch.unique(x.a)),
        new("a.unique(return_inverse=True, return_counts=True)",
            x => x.a.unique(return_inverse: true, return_counts: true),
            x => torch.unique(x.a, return_inverse: true, return_counts: true)),
        new("a.unique(dim=1)", x => x.a.unique(dim: 1), x => torch.unique(x.a, dim: 1)),
        new("a.unique_consecutive()", x => x.a.unique_consecutive(), x => torch.unique_consecutive(x.a)),
        new("a.unique_consecutive(return_inverse=True, return_counts=True)",
            x => x.a.unique_consecutive(return_inverse: true, return_counts: true),
            x => torch.unique_consecutive(x.a, return_inverse: true, return_counts: true)),
        new("i.flatten().bincount()", x => x.i.flatten().bincount(null), x => torch.bincount(x.i.flatten())),
        new("i.flatten().bincount(minlength=7)", x => x.i.flatten().bincount(null, 7), x => torch.bincount(x.i.flatten(), minlength: 7)),
        new("i.flatten().bincount(i.flatten() + 0.5)", x => x.i.flatten().bincount(x.i.flatten() + 0.5), x => torch.bincount(x.i.flatten(), x.i.flatten() + 0.5)),
        new("a.histc(bins=5)", x => x.a.histc(5), x => torch.histc(x.a, 5)),
        new("a.histc(bins=5, min=-1, max=2)", x => x.a.histc(5, -1, 2), x => torch.histc(x.a, 5, -1, 2)),
        new("a.detach().histogram(5)", x => torch.histogram(x.a.detach(), 5)),
        new("a.detach().histogram(5, range=(-1.0, 2.0), weight=c.detach(), density=True)", x => torch.histogram(x.a.detach(), 5, (-1.0, 2.0), x.c.detach(), true)),
        new("a.detach().histogram(v.detach())", x => torch.histogram(x.a.detach(), x.v.detach())),
        new("a.detach().histogram(v.detach(), weight=c.detach(), density=True)", x => torch.histogram(x.a.detach(), x.v.detach(), x.c.detach(), true)),
    ];
}
