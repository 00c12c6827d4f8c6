// case: own.230
// expect: GRPO003
// shape: GSPO-style sum ratio with centred rewards and an inner epochs argument defaulting to four
using System;
using TorchSharp;
using static TorchSharp.torch;

public class SequencePolicyTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public SequencePolicyTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private Tensor Sequence(Tensor ids, Tensor mask)
    {
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return lp.mul(mask).sum(1);
    }

    public void Update(Tensor ids, Tensor mask, Tensor rewards, int group, int innerEpochs = 4)
    {
        var r = rewards.view(-1, group);
        var adv = (r - r.mean(new long[] { 1 }, keepdim: true)).flatten();
        var before = Sequence(ids, mask).detach();
        for (var e = 0; e < innerEpochs; e++)
        {
            var ratio = (Sequence(ids, mask) - before).exp();
            var first = ratio * adv;
            var second = ratio.clamp(0.95, 1.05) * adv;
            var loss = min(first, second).mean().neg();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
