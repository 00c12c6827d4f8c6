// case: own.097
// expect: none
// shape: the loop samples new completions and new old log-probs every round
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class OnPolicyLoop
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly Func<Tensor, (Tensor ids, Tensor mask)> sample;
    private readonly Func<Tensor, Tensor> reward;

    public OnPolicyLoop(nn.Module<Tensor, Tensor> model, Func<Tensor, (Tensor ids, Tensor mask)> sample, Func<Tensor, Tensor> reward)
    {
        this.model = model;
        this.sample = sample;
        this.reward = reward;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    private Tensor Lp(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public void Train(Tensor prompts, int iterations)
    {
        for (var it = 0; it < iterations; it++)
        {
            Tensor ids, mask, old, r;
            using (no_grad())
            {
                (ids, mask) = sample(prompts);
                old = Lp(ids);
                r = reward(ids);
            }

            var adv = (r - r.mean()).unsqueeze(1);
            var ratio = (Lp(ids) - old).exp();
            var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
