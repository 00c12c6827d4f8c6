// case: C2.15
// expect: GRPO002
// shape: if (cfg.ScaleRewards), default true
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Flagged;

public sealed class GrpoConfig
{
    public bool ScaleRewards { get; set; } = true;
    public int NumGenerations { get; set; } = 8;
    public double Epsilon { get; set; } = 0.2;
    public double LearningRate { get; set; } = 1e-6;
}

public class FlaggedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly GrpoConfig cfg;
    private readonly optim.Optimizer optimizer;

    public FlaggedTrainer(Module<Tensor, Tensor> policy, GrpoConfig cfg)
    {
        this.policy = policy;
        this.cfg = cfg;
        optimizer = optim.AdamW(policy.parameters(), lr: cfg.LearningRate);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var r = rewards.view(-1, cfg.NumGenerations);
        var A = r - r.mean([1], keepdim: true);
        if (cfg.ScaleRewards)
            A = {|GRPO002:A / (r.std(1, keepdim: true) + 1e-4)|};
        var a = A.view(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var pt = -torch.min(ratio * a, torch.clamp(ratio, 1 - cfg.Epsilon, 1 + cfg.Epsilon) * a);
        var loss = (pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
