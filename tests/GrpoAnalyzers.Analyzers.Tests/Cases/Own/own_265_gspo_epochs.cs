// case: own.265
// expect: GRPO003
// shape: sequence ratio with 1/length in the exponent (no 001), centring only
using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SequenceLevel;

public class GspoConfig
{
    public double ClipLow { get; set; } = 3e-4;
    public double ClipHigh { get; set; } = 4e-4;
    public int UpdateEpochs { get; set; } = 4;
    public int SamplesPerPrompt { get; set; } = 8;
    public double LearningRate { get; set; } = 1e-6;
}

public class GspoTrainer
{
    private readonly GspoConfig cfg;
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly AdamW optimizer;
    private readonly optim.lr_scheduler.LRScheduler warmup;

    public GspoTrainer(nn.Module<Tensor, Tensor> policy, GspoConfig cfg)
    {
        this.cfg = cfg;
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), cfg.LearningRate);
        warmup = optim.lr_scheduler.LinearLR(optimizer, start_factor: 0.1, total_iters: 50);
    }

    private Tensor GetLogps(Tensor tokens)
    {
        var logits = policy.call(tokens);
        logits = logits.slice(1, 0, tokens.shape[1] - 1, 1);
        var next = tokens.slice(1, 1, tokens.shape[1], 1);
        return torch.gather(logits.log_softmax(2), 2, next.unsqueeze(2)).squeeze(2);
    }

    private Tensor SequenceRatio(Tensor logps, Tensor oldLogps, Tensor mask)
    {
        // geometric mean of the token ratios
        var mean = ((logps - oldLogps) * mask).sum(1) / mask.sum(1);
        return mean.exp();
    }

    public void Step(Tensor tokens, Tensor mask, Tensor rewards)
    {
        var g = cfg.SamplesPerPrompt;
        var grouped = rewards.view(-1, g);
        var adv = (grouped - grouped.mean(new long[] { 1 }, true)).view(-1);

        Tensor old;
        using (torch.no_grad())
            old = GetLogps(tokens);

        for (int epoch = 0; epoch < cfg.UpdateEpochs; epoch++)
        {
            var s = SequenceRatio(GetLogps(tokens), old, mask);
            var lower = s.clamp(1 - cfg.ClipLow, 1 + cfg.ClipHigh);
            var loss = -torch.min(s * adv, lower * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
        warmup.step();
    }
}
