// case: own.208
// expect: GRPO001, GRPO002
// shape: local functions nested in one method, KL to reference added token-wise outside the row mean
using System;
using TorchSharp;
using static TorchSharp.torch;

public static class QuickTuner
{
    public static float Tune(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> frozen, Tensor ids, Tensor mask, Tensor rewards, long g)
    {
        var optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
        var lp = LogProbs(policy);
        Tensor reference;
        using (no_grad())
        {
            reference = LogProbs(frozen);
        }

        var d = reference - lp;
        var kl = d.exp() - d - 1;
        var token = -Advantage().unsqueeze(1) * (lp - lp.detach()).exp();
        var loss = AnswerMean(token) + 0.02 * (kl * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();

        Tensor LogProbs(nn.Module<Tensor, Tensor> m) => m.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

        Tensor Advantage()
        {
            var t = rewards.view(-1, g);
            return ({|GRPO002:(t - t.mean(new long[] { 1 }, true)) / (t.std(1, true, true) + 1e-4)|}).flatten();
        }

        Tensor AnswerMean(Tensor x) => ({|GRPO001:(x * mask).sum(1) / mask.sum(1)|}).mean();
    }
}
