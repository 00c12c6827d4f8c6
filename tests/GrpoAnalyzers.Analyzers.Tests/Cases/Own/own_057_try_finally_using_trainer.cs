// case: own.057
// expect: GRPO001, GRPO003
// shape: loss inside try with a rethrow, dispose scopes, one-sided clip, epoch bound from a method parameter
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class RobustTrainer : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RobustTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public void Dispose() => optimizer.Dispose();

    public void Train(IReadOnlyList<(Tensor ids, Tensor mask, Tensor old, float adv)> rows, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            using var scope = NewDisposeScope();
            try
            {
                policy.train();
                var sum = zeros(1);
                foreach (var row in rows)
                {
                    var lp = policy.call(row.ids.unsqueeze(0)).log_softmax(-1).squeeze(0).gather(1, row.ids.unsqueeze(1)).squeeze(1);
                    var ratio = (lp - row.old).exp();
                    var kept = row.adv > 0 ? minimum(ratio, full_like(ratio, 1.2)) : maximum(ratio, full_like(ratio, 0.8));
                    sum = sum + {|GRPO001:(kept * row.adv * row.mask).sum() / row.mask.sum()|};
                }

                optimizer.zero_grad();
                (-sum / rows.Count).backward();
                {|GRPO003:optimizer.step()|};
            }
            catch (InvalidOperationException ex)
            {
                throw new InvalidOperationException($"epoch {e}", ex);
            }
            finally
            {
                policy.eval();
            }
        }
    }
}
