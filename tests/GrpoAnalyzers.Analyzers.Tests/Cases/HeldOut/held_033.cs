// case: held.033
// expect: GRPO003
// shape: the only break in the loop is for a loss that is not a number
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class NanSafeTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public NanSafeTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public bool Train(Tensor ids, Tensor mask, Tensor old, Tensor reference, Tensor adv, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = exp(lp - old);
            var gain = minimum(ratio * adv, clamp(ratio, 0.8, 1.2) * adv);
            var drift = (lp - reference).square() / 2;
            var loss = ((0.02 * drift - gain) * mask).sum() / mask.sum();
            if (float.IsNaN(loss.item<float>()))
            {
                Console.Error.WriteLine("loss is not a number");
                return false;
            }

            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }

        return true;
    }
}
