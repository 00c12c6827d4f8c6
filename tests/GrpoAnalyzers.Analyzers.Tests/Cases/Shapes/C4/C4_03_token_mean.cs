// case: C4.03
// expect: none
// shape: masked sum over mask sum of the whole batch, though row lengths are computed for a metric
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace TokenMean;

public class TokenMeanTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public TokenMeanTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public (float Loss, float MeanLength) Update(Tensor ids, Tensor m, Tensor old, Tensor rewards)
    {
        var lengths = m.sum(1);
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var r = (lp - old).exp();
        var pt = -torch.min(r * adv, r.clamp(0.8, 1.28) * adv);
        var loss = (pt * m).sum() / m.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return (loss.ToSingle(), lengths.mean().ToSingle());
    }
}
