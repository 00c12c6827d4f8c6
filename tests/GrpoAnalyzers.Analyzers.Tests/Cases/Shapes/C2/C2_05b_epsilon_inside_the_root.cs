// case: C2.05
// expect: GRPO002
// shape: (var + eps).pow(0.5) on the rewards of one prompt's list
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace RootEps;

public class RootTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RootTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 5e-6);
    }

    public double Update(Tensor answers, Tensor mask, Tensor oldLp, float[] scores)
    {
        var r = torch.tensor(scores);
        var v = r.var(unbiased: false);
        var adv = {|GRPO002:(r - r.mean()) / (v + 1e-8).pow(0.5)|};
        var lp = distributions.Categorical(policy.call(answers).softmax(-1)).log_prob(answers);
        var ratio = torch.exp(lp - oldLp);
        var a = adv.unsqueeze(1);
        var objective = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask;
        var loss = objective.sum() / mask.sum() * -1;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.ToDouble();
    }
}
