// case: own.240
// expect: none
// shape: every iteration samples, scores and steps once; the loop variable is called epoch
using System;
using TorchSharp;
using static TorchSharp.torch;

public class OnlineGrpo
{
    public static void Train(nn.Module<Tensor, Tensor> lm, Func<nn.Module<Tensor, Tensor>, (Tensor ids, Tensor mask, Tensor lp, Tensor reward)> rollout, int epochs)
    {
        using var optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, old, reward) = rollout(lm);
            var table = reward.view(-1, 8);
            var adv = (table - table.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = exp(lp - old);
            var loss = -(min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
