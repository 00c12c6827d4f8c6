// case: C3.04
// expect: GRPO003
// shape: a record's parameter default, Mu = 3
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace RecordEpochs;

public sealed record Hyper(double Lr = 1e-6, int Mu = 3, double Eps = 0.2, double Beta = 0.04);

public class RecordTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> reference, Hyper h)
{
    private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters(), h.Lr);

    private static Tensor Logp(Module<Tensor, Tensor> f, Tensor x) => f.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);

    public void Update(Tensor ids, Tensor mask, Tensor adv)
    {
        Tensor old, refs;
        using (no_grad())
        {
            old = Logp(policy, ids);
            refs = Logp(reference, ids);
        }

        for (int step = 0; step < h.Mu; step++)
        {
            var lp = Logp(policy, ids);
            var ratio = (lp - old).exp();
            var a = adv.unsqueeze(1);
            var d = refs - lp;
            var kl = d.expm1() - d;
            var pt = torch.min(ratio * a, ratio.clamp(1 - h.Eps, 1 + h.Eps) * a) - h.Beta * kl;
            var loss = -(pt * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
