// case: C2.11
// expect: none
// shape: std().item<float>() over a control batch with value targets
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ItemControl;

public class ItemPpo
{
    private readonly Module<Tensor, Tensor> pi;
    private readonly Module<Tensor, Tensor> v;
    private readonly optim.Optimizer opt;

    public ItemPpo(Module<Tensor, Tensor> pi, Module<Tensor, Tensor> v)
    {
        this.pi = pi;
        this.v = v;
        opt = optim.Adam(pi.parameters(), 3e-4);
    }

    public void Learn(Tensor s, Tensor a, Tensor logp, Tensor ret)
    {
        var raw = (ret - v.call(s).squeeze(1)).detach();
        var mean = raw.mean().item<float>();
        var std = raw.std().item<float>();
        var list = raw.data<float>().ToArray();
        for (var i = 0; i < list.Length; i++)
            list[i] = (list[i] - mean) / (std + 1e-10f);
        var adv = torch.tensor(list);
        var ratio = (distributions.Categorical(logits: pi.call(s)).log_prob(a) - logp).exp();
        var loss = -torch.minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
