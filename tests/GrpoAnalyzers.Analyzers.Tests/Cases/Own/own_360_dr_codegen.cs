// case: own.360
// expect: none
// shape: constant normaliser, centred only, KL stop in the epoch loop, code generation
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CodeGen;

public sealed class Settings
{
    public int GroupSize = 8;
    public int MaxNewTokens = 512;
    public int Epochs = 3;
    public float Clip = 0.2f;
    public float TargetKl = 0.02f;
}

public sealed class PatchBatch
{
    public Tensor Tokens = null!;
    public Tensor Mask = null!;
    public Tensor Behaviour = null!;
    public Tensor PassRate = null!;
}

public sealed class PatchLearner
{
    readonly nn.Module<Tensor, Tensor> policy;
    readonly optim.Optimizer opt;
    readonly Settings cfg;

    public PatchLearner(nn.Module<Tensor, Tensor> policy, Settings cfg)
    {
        this.policy = policy;
        this.cfg = cfg;
        opt = optim.AdamW(policy.parameters(), 1e-6, weight_decay: 0.1);
    }

    public void Learn(PatchBatch batch)
    {
        using var scope = NewDisposeScope();
        var byPrompt = batch.PassRate.view(-1, cfg.GroupSize);
        var advantage = (byPrompt - byPrompt.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);

        for (int epoch = 0; epoch < cfg.Epochs; epoch++)
        {
            var lp = LogProbs(batch.Tokens);
            var logRatio = (lp - batch.Behaviour) * batch.Mask;
            var ratio = logRatio.exp();

            using (no_grad())
            {
                var k3 = ((ratio - 1 - logRatio) * batch.Mask).sum() / batch.Mask.sum();
                if (k3.item<float>() > cfg.TargetKl)
                {
                    Console.WriteLine($"stopped after {epoch} epochs");
                    break;
                }
            }

            var a = ratio * advantage;
            var b = ratio.clamp(1 - cfg.Clip, 1 + cfg.Clip) * advantage;
            var perSample = (minimum(a, b) * batch.Mask).sum(1) / cfg.MaxNewTokens;
            var loss = perSample.mean().neg();

            opt.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
            opt.step();
        }

        var meanLength = batch.Mask.sum(1).mean().item<float>();
        Console.WriteLine($"len {meanLength:F1}, spread {byPrompt.std(1).mean().item<float>():F3}");
    }

    Tensor LogProbs(Tensor tokens)
    {
        var logits = policy.forward(tokens[.., ..^1]);
        return log_softmax(logits, -1).gather(2, tokens[.., 1..].unsqueeze(2)).squeeze(2);
    }
}
