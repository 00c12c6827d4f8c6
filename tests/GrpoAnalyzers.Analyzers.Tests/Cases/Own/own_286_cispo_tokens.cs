// case: own.286
// expect: none
// shape: CISPO over several updates, token mean, centring
using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LongContext;

public sealed class CispoTrainer(nn.Module<Tensor, Tensor> model, int updatesPerRollout, double weightHigh)
{
    private readonly AdamW _adamw = optim.AdamW(model.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95, eps: 1e-15);

    public void Consume(Tensor ids, Tensor mask, Tensor rewards, Tensor samplerLogps, int samples)
    {
        var r = rewards.view(-1, samples);
        var advantages = (r - r.mean([1], true)).view(-1, 1);
        var tokens = mask.sum();

        foreach (var _ in Enumerable.Range(0, updatesPerRollout))
        {
            var logps = Logps(ids);
            var ratio = (logps.detach() - samplerLogps).exp();
            // the clip bounds a weight; every token keeps its gradient
            var weight = ratio.clamp(max: 1 + weightHigh);
            var loss = -(weight * advantages * logps * mask).sum() / tokens;

            _adamw.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            _adamw.step();
        }
    }

    private Tensor Logps(Tensor ids)
    {
        var logits = model.call(ids[.., ..^1]);
        var labels = ids[.., 1..];
        return logits.log_softmax(-1).gather(-1, labels.unsqueeze(-1)).squeeze(-1);
    }
}
