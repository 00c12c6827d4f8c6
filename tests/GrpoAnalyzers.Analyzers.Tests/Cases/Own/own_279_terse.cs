// case: own.279
// expect: GRPO001, GRPO002, GRPO003
// shape: abbreviations, Func fields and closures, hand-made std
using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using T = TorchSharp.torch.Tensor;

namespace R;

public class Cfg { public int G = 8, Mu = 4; public double Eps = .2, Lr = 1e-5, B = 0; }

public class Grpo
{
    readonly nn.Module<T, T> pi, rf;
    readonly Cfg c;
    readonly optim.Optimizer o;
    readonly Func<T, T, T> agg = (x, m) => {|GRPO001:(x * m).sum(1) / m.sum(1)|};
    readonly Func<T, int, T> z = (r, g) =>
    {
        var q = r.view(-1, g);
        var mu = q.mean([1L], true);
        var sd = (q - mu).pow(2).sum(1, true).div(g - 1).sqrt();
        return ({|GRPO002:(q - mu) / (sd + 1e-4)|}).view(-1, 1);
    };

    public Grpo(nn.Module<T, T> pi, nn.Module<T, T> rf, Cfg c)
    {
        this.pi = pi; this.rf = rf; this.c = c;
        o = optim.AdamW(pi.parameters(), c.Lr);
    }

    static T Lp(nn.Module<T, T> f, T x)
    {
        var l = f.call(x)[.., ..^1].log_softmax(-1);
        return l.gather(-1, x[.., 1..].unsqueeze(-1)).squeeze(-1);
    }

    public float Upd(T x, T m, T r)
    {
        T old, rlp;
        using (no_grad()) (old, rlp) = (Lp(pi, x), Lp(rf, x));
        var A = z(r, c.G);
        Func<T> loss = () =>
        {
            var lp = Lp(pi, x);
            var rho = (lp - old).exp();
            var s = torch.min(rho * A, rho.clamp(1 - c.Eps, 1 + c.Eps) * A);
            var d = rlp - lp;
            return -agg(s - c.B * (d.exp() - d - 1), m).mean();
        };
        var v = 0f;
        for (var i = 0; i < c.Mu; i++)
        {
            o.zero_grad();
            var l = loss();
            l.backward();
            {|GRPO003:o.step()|};
            v = l.ToSingle();
        }
        return v;
    }
}
