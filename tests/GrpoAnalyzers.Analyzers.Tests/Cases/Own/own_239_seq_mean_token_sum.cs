// case: own.239
// expect: none
// shape: mean over answers of the token sum, leave-one-out, one update of stored samples
using System;
using TorchSharp;
using static TorchSharp.torch;

public class TokenSumTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public TokenSumTrainer(nn.Module<Tensor, Tensor> lm) => (this.lm, optimizer) = (lm, optim.AdamW(lm.parameters(), 1e-6));

    public float Step(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int k)
    {
        var r = rewards.view(-1, k);
        var adv = (r - (r.sum(1, keepdim: true) - r) / (k - 1)).view(-1, 1);
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = exp(lp - old);
        var pt = -min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv);
        var loss = (pt * mask).sum(1).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return (mask.sum(1) / mask.shape[1]).mean().item<float>();
    }
}
