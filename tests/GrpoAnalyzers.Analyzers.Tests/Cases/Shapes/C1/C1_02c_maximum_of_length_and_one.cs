// case: C1.02
// expect: GRPO001
// shape: torch.maximum(len, one) as divisor, -max(-a, -b) surrogate
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Lab;

public class PgStep
{
    readonly Module<Tensor, Tensor> m;
    readonly optim.Optimizer o;

    public PgStep(Module<Tensor, Tensor> model, double lr)
    {
        m = model;
        o = optim.Adam(model.parameters(), lr);
    }

    public Tensor Step(Tensor x, Tensor y, Tensor w, Tensor q, Tensor a)
    {
        var z = m.call(x);
        var l = z.gather(2, y.unsqueeze(2)).squeeze(2) - z.logsumexp(2);
        var d = l.sub(q);
        var k = d.exp();
        var b = a.view(-1, 1);
        var worse = torch.max(-(k * b), -(k.clamp(0.9, 1.1) * b));
        var n = torch.maximum(w.sum(1), torch.ones_like(a));
        var loss = ({|GRPO001:torch.sum(worse * w, 1) / n|}).mean();
        o.zero_grad();
        loss.backward();
        o.step();
        return loss.detach();
    }
}
