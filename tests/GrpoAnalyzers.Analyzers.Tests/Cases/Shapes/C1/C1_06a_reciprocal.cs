// case: C1.06
// expect: GRPO001
// shape: the inverse length is computed once and multiplied; k2 penalty to a reference
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Recip;

public class InverseLengthTrainer
{
    private readonly Module<Tensor, Tensor> student;
    private readonly Module<Tensor, Tensor> anchor;
    private readonly optim.Optimizer opt;

    public InverseLengthTrainer(Module<Tensor, Tensor> student, Module<Tensor, Tensor> anchor)
    {
        this.student = student;
        this.anchor = anchor;
        opt = optim.AdamW(student.parameters());
    }

    private Tensor Lp(Module<Tensor, Tensor> net, Tensor t) =>
        -functional.cross_entropy(net.call(t).transpose(1, 2), t, reduction: Reduction.None);

    public void Update(Tensor t, Tensor m, Tensor sampled, Tensor adv)
    {
        Tensor a;
        using (no_grad()) a = Lp(anchor, t);
        var lp = Lp(student, t);
        var r = (lp - sampled).exp();
        var surr = torch.min(r * adv.view(-1, 1), r.clamp(0.8, 1.2) * adv.view(-1, 1));
        var k2 = (lp - a).square() * 0.5;
        var pt = 0.01 * k2 - surr;
        var inv = m.sum(1).reciprocal();
        var loss = ({|GRPO001:(pt * m).sum(1) * inv|}).mean();
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
