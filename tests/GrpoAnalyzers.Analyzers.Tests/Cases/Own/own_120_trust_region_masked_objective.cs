// case: own.120
// expect: none
// shape: prime-style: tokens whose probability moved too far are masked out of every pass, no clip, squared log-ratio penalty
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Prime;

public sealed class MaskedRegionTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public double High { get; init; } = 0.2;

    public double Low { get; init; } = 0.2;

    public MaskedRegionTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor inference, Tensor advantage, int passes)
    {
        for (var p = 0; p < passes; p++)
        {
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var logRatio = lp - inference;
            var moved = (lp.exp() - inference.exp()).detach();
            var outside = (advantage.gt(0) & moved.gt(High)) | (advantage.lt(0) & moved.lt(-Low));
            var keep = mask * outside.logical_not().to_type(ScalarType.Float32);
            var objective = logRatio.exp() * advantage * keep - 1e-3 * logRatio.square() * mask;
            var loss = -objective.sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
