// case: own.046
// expect: GRPO001
// shape: the loss is the override in a derived class of another file, the base class calls backward
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Framework;

public abstract class TrainerBase<TBatch>
{
    protected readonly nn.Module<Tensor, Tensor> Model;
    private readonly optim.Optimizer optimizer;

    protected TrainerBase(nn.Module<Tensor, Tensor> model, double lr)
    {
        Model = model;
        optimizer = optim.AdamW(model.parameters(), lr: lr);
    }

    protected abstract Tensor ComputeLoss(TBatch batch);

    public void Train(IEnumerable<TBatch> batches)
    {
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = {|GRPO001:ComputeLoss(batch)|};
            loss.backward();
            optimizer.step();
        }
    }
}
