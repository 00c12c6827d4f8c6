using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

internal static partial class Comparisons
{
    private static Comparison[] Random() =>
    [
        new("torch.manual_seed(7) and torch.rand_like(w)", x => Seeded(() => x.w.rand_like()), x => Seeded(() => torch.rand_like(x.w))),
        new("torch.manual_seed(7) and torch.randn_like(w)", x => Seeded(() => x.w.randn_like()), x => Seeded(() => torch.randn_like(x.w))),
        new("torch.manual_seed(7) and torch.randint_like(w.detach(), 2, 9)",
            x => Seeded(() => x.w.detach().randint_like(2, 9)),
            x => Seeded(() => torch.randint_like(x.w.detach(), 2, 9))),
        new("torch.manual_seed(7) and torch.randint(9, [2, 3])",
            x => Seeded(() => torch.randint(9, new[] { 2, 3 })),
            x => Seeded(() => torch.randint(9, new long[] { 2, 3 })),
            x => Seeded(() => torch.randint(9, new Size(new long[] { 2, 3 })))),
        new("torch.manual_seed(7) and torch.randint(-4, 9, [2, 3])",
            x => Seeded(() => torch.randint(-4, 9, new[] { 2, 3 })),
            x => Seeded(() => torch.randint(-4, 9, new long[] { 2, 3 })),
            x => Seeded(() => torch.randint(-4, 9, new Size(new long[] { 2, 3 })))),
        new("torch.manual_seed(7) and torch.randperm(8)", x => Seeded(() => torch.randperm(8)), x => Seeded(() => torch.randperm(8, empty(8, ScalarType.Int64)))),
        new("torch.manual_seed(7) and torch.bernoulli(u)", x => Seeded(() => x.u.bernoulli()), x => Seeded(() => torch.bernoulli(x.u))),
        new("torch.manual_seed(7) and a.clone().bernoulli_(0.3)", x => Seeded(() => x.a.clone().bernoulli_(0.3))),
        new("torch.manual_seed(7) and a.clone().bernoulli_(u)", x => Seeded(() => x.a.clone().bernoulli_(x.u))),
        new("torch.manual_seed(7) and torch.binomial((w * 4).ceil(), u)",
            x => Seeded(() => (x.w * 4).ceil().binomial(x.u)),
            x => Seeded(() => torch.binomial((x.w * 4).ceil(), x.u))),
        new("torch.manual_seed(7) and torch.poisson(w)", x => Seeded(() => x.w.poisson()), x => Seeded(() => torch.poisson(x.w))),
        new("torch.manual_seed(7) and a.clone().cauchy_(0.5, 2)", x => Seeded(() => x.a.clone().cauchy_(0.5, 2))),
        new("torch.manual_seed(7) and a.clone().exponential_(2)", x => Seeded(() => x.a.clone().exponential_(2))),
        new("torch.manual_seed(7) and a.clone().geometric_(0.3)", x => Seeded(() => x.a.clone().geometric_(0.3))),
        new("torch.manual_seed(7) and a.clone().log_normal_(0.5, 0.25)", x => Seeded(() => x.a.clone().log_normal_(0.5, 0.25))),
        new("torch.manual_seed(7) and a.clone().normal_(0.5, 2)", x => Seeded(() => x.a.clone().normal_(0.5, 2))),
        new("torch.manual_seed(7) and a.clone().uniform_(-1, 2)", x => Seeded(() => x.a.clone().uniform_(-1, 2))),
        new("torch.manual_seed(7) and a.clone().random_(2, 9)", x => Seeded(() => x.a.clone().random_(2, 9))),
        new("torch.manual_seed(7) and F.rrelu(a, 0.1, 0.4, training=False)", x => Seeded(() => x.a.rrelu(0.1, 0.4))),
        new("torch.manual_seed(7) and F.rrelu(a.clone(), 0.1, 0.4, training=False, inplace=True)", x => Seeded(() => x.a.clone().rrelu_(0.1, 0.4))),
        new("torch.manual_seed(7) and torch.multinomial(u.flatten(0, 1), 2)",
            x => Seeded(() => x.u.flatten(0, 1).multinomial(2)),
            x => Seeded(() => torch.multinomial(x.u.flatten(0, 1), 2))),
        new("torch.manual_seed(7) and torch.multinomial(u.flatten(0, 1), 9, True)",
            x => Seeded(() => x.u.flatten(0, 1).multinomial(9, true)),
            x => Seeded(() => torch.multinomial(x.u.flatten(0, 1), 9, true))),
        new("torch.manual_seed(7) and torch.normal(a.detach(), w.detach())", x => Seeded(() => torch.normal(x.a.detach(), x.w.detach()))),
        new("torch.manual_seed(7) and torch.normal(0.5, 2.0, [2, 3])", x => Seeded(() => torch.normal(0.5, 2, (ReadOnlySpan<long>)[2, 3]))),
        new("torch.manual_seed(7) and torch._sample_dirichlet(w.detach())", x => Seeded(() => torch._sample_dirichlet(x.w.detach()))),
        new("torch.manual_seed(7) and torch._standard_gamma(w)", x => Seeded(() => torch._standard_gamma(x.w))),
        new("torch.manual_seed(7) and F.dropout(a, 0.4)", x => Seeded(() => nn.functional.dropout(x.a, 0.4))),
        new("torch.manual_seed(7) and F.dropout(a.clone(), 0.4, inplace=True)", x => Seeded(() => nn.functional.dropout(x.a.clone(), 0.4, true, true))),
        new("torch.manual_seed(7) and torch.nn.init.normal_(a.clone(), 0.5, 2)", x => Seeded(() => nn.init.normal_(x.a.clone(), 0.5, 2))),
        new("torch.manual_seed(7) and torch.nn.init.uniform_(a.clone(), -1, 2)", x => Seeded(() => nn.init.uniform_(x.a.clone(), -1, 2))),
        new("torch.manual_seed(7) and torch.nn.init.xavier_normal_(a.clone(), 2)", x => Seeded(() => nn.init.xavier_normal_(x.a.clone(), 2))),
        new("torch.manual_seed(7) and torch.nn.init.xavier_uniform_(a.clone(), 2)", x => Seeded(() => nn.init.xavier_uniform_(x.a.clone(), 2))),
        new("torch.manual_seed(7) and torch.get_rng_state()", x => Seeded(torch.get_rng_state), x => Seeded(torch.random.get_rng_state)),
        new("torch.Generator().manual_seed(7).get_state()", x => new Generator(7).get_state()),
    ];
}
