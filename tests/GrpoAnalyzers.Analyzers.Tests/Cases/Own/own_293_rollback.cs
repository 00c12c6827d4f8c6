// case: own.293
// expect: none
// shape: update undone when the ratio goes too far
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SafeUpdates;

/// <summary>Keeps a copy of the weights; an update that moved the policy too far is undone and the round ends.</summary>
public sealed class TrustRegionKeeper
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private List<Tensor> _copy = new();

    public TrustRegionKeeper(nn.Module<Tensor, Tensor> model) => _model = model;

    public void Remember()
    {
        using var _ = no_grad();
        _copy = _model.parameters().Select(p => p.detach().clone()).ToList();
    }

    public void Restore()
    {
        using var _ = no_grad();
        foreach (var (p, saved) in _model.parameters().Zip(_copy)) p.copy_(saved);
    }
}

public sealed class CarefulTrainer
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Adam _adam;
    private readonly TrustRegionKeeper _keeper;

    public CarefulTrainer(nn.Module<Tensor, Tensor> model)
    {
        _model = model;
        _adam = optim.Adam(model.parameters(), 1e-5);
        _keeper = new TrustRegionKeeper(model);
    }

    public bool Round(Tensor ids, Tensor mask, Tensor reward, int steps = 6, double maxRatio = 1.5)
    {
        var advantage = (reward - reward.mean()).unsqueeze(-1);
        var old = LogProb(ids).detach();
        for (var i = 0; i < steps; i++)
        {
            _keeper.Remember();
            var ratio = ((LogProb(ids) - old) * mask).exp();
            var loss = -(torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage) * mask).sum() / mask.sum();
            _adam.zero_grad();
            loss.backward();
            _adam.step();

            using (no_grad())
            {
                var largest = ((LogProb(ids) - old).abs() * mask).max().exp().ToDouble();
                if (largest > maxRatio)
                {
                    _keeper.Restore();
                    Console.WriteLine($"update {i} undone, ratio {largest:F2}");
                    return false;
                }
            }
        }
        return true;
    }

    private Tensor LogProb(Tensor ids)
    {
        var t = ids.shape[1] - 1;
        return _model.call(ids.narrow(1, 0, t)).log_softmax(-1).gather(-1, ids.narrow(1, 1, t).unsqueeze(-1)).squeeze(-1);
    }
}
