// case: C1.03
// expect: GRPO001
// shape: divide(); two-sided surrogate written with where on the advantage's sign
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Where.Form;

public static class Updates
{
    public static double Apply(Module<Tensor, Tensor> net, optim.Optimizer opt, Tensor seq, Tensor mask, Tensor stale, Tensor adv)
    {
        opt.zero_grad();
        var all = net.call(seq);
        var lp = functional.log_softmax(all, -1).gather(-1, seq.unsqueeze(-1)).squeeze(-1);
        var r = (lp - stale).exp();
        var a = adv.unsqueeze(1).expand_as(r);
        var bounded = torch.where(a > 0, r.clamp_max(1.2), r.clamp_min(0.8));
        var tok = bounded * a * mask;
        var len = mask.sum(1);
        var obj = {|GRPO001:tok.sum(1).divide(len)|};
        var loss = obj.sum().neg() / seq.shape[0];
        loss.backward();
        nn.utils.clip_grad_norm_(net.parameters(), 0.5);
        opt.step();
        return loss.ToDouble();
    }
}
