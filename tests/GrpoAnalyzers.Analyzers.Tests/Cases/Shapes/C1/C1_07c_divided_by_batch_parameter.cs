// case: C1.07
// expect: GRPO001
// shape: batch size is a constructor argument; gradient accumulation over micro-batches, one step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Accum;

public sealed class AccumulatingTrainer
{
    private readonly Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly int batchSize;

    public AccumulatingTrainer(Module<Tensor, Tensor> model, int batchSize)
    {
        this.model = model;
        this.batchSize = batchSize;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Update(IReadOnlyList<(Tensor Tokens, Tensor Mask, Tensor Old, Tensor Advantage)> micro)
    {
        optimizer.zero_grad();
        foreach (var (tokens, mask, old, advantage) in micro)
        {
            using var scope = NewDisposeScope();
            var z = model.call(tokens);
            var lp = z.gather(-1, tokens.unsqueeze(-1)).squeeze(-1) - z.logsumexp(-1);
            var r = torch.exp(lp - old);
            var a = advantage.unsqueeze(-1);
            var pt = torch.maximum(-a * r, -a * r.clamp(0.8, 1.2));
            var seq = {|GRPO001:(pt * mask).sum(1) / mask.sum(1)|};
            (seq.sum() / batchSize).backward();
        }

        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        optimizer.step();
    }
}
