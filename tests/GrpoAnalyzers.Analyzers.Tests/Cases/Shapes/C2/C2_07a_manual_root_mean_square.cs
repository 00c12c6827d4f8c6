// case: C2.07
// expect: GRPO002
// shape: (r - mu).pow(2).mean().sqrt() by hand on one prompt's completions
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Manual;

public class ManualTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ManualTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6, 0.9, 0.95);
    }

    public void Update(Tensor completions, Tensor mask, Tensor old, Tensor r)
    {
        var mu = r.mean();
        var centred = r - mu;
        var rms = centred.pow(2).mean().sqrt();
        var adv = {|GRPO002:centred / (rms + 1e-6)|};
        var lp = policy.call(completions).log_softmax(-1).gather(-1, completions.unsqueeze(-1)).squeeze(-1);
        var q = torch.exp(lp - old);
        var a = adv.unsqueeze(1);
        var term = torch.min(q * a, q.clamp(0.8, 1.2) * a);
        var loss = torch.sum(-term * mask) / torch.sum(mask);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
