// case: C2.20
// expect: GRPO002
// shape: token-level returns [B,T] standardised along the token axis of each sequence
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace PerSequence;

public class TokenReturnTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public TokenReturnTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor old, Tensor tokenRewards)
    {
        var togo = tokenRewards.flip(1).cumsum(1).flip(1);
        var (sd, mu) = torch.std_mean(togo, 1, keepdim: true);
        var adv = {|GRPO002:(togo - mu) / (sd + 1e-6)|};
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).sum() / ids.numel();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
