// case: own.296
// expect: none
// shape: KL penalty adapted inside the update loop; ambiguous: no early stop, but the text counts an adapted penalty as a guard
using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Storyteller;

/// <summary>Proportional controller of the penalty that keeps the policy close to the one that sampled.</summary>
public sealed class PenaltyController
{
    public double Coefficient { get; private set; } = 0.5;
    private readonly double _target;

    public PenaltyController(double target) => _target = target;

    public void Observe(double divergence)
    {
        if (divergence > 1.5 * _target) Coefficient *= 2;
        else if (divergence < _target / 1.5) Coefficient /= 2;
    }
}

public sealed class StoryTrainer
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Adam _adam;
    private readonly PenaltyController _controller = new(target: 0.01);

    public StoryTrainer(nn.Module<Tensor, Tensor> model)
    {
        _model = model;
        _adam = optim.Adam(model.parameters(), lr: 1e-6);
    }

    public void Round(Tensor ids, Tensor mask, Tensor likes, int groupSize)
    {
        var g = likes.view(-1, groupSize);
        var advantage = (g - g.mean(new[] { 1L }, keepdim: true)).view(-1, 1);
        var tokens = mask.sum();
        Tensor old;
        using (no_grad()) old = LogProbs(ids);

        for (var step = 0; step < 4; step++)
        {
            var d = (LogProbs(ids) - old) * mask;
            var ratio = d.exp();
            var kl = ((ratio - 1 - d) * mask).sum() / tokens;
            var gain = (torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage) * mask).sum() / tokens;
            var loss = _controller.Coefficient * kl - gain;
            _adam.zero_grad();
            loss.backward();
            _adam.step();
            _controller.Observe(kl.detach().ToDouble());
        }
        Console.WriteLine($"penalty {_controller.Coefficient:G3}, likes {likes.mean().ToSingle():F2}");
    }

    private Tensor LogProbs(Tensor ids)
    {
        var t = ids.shape[1] - 1;
        var logits = _model.call(ids.narrow(1, 0, t));
        return logits.gather(2, ids.narrow(1, 1, t).unsqueeze(2)).squeeze(2) - logits.logsumexp(2);
    }
}
