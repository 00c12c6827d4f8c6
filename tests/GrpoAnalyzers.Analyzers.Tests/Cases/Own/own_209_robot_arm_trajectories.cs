// case: own.209
// expect: GRPO001, GRPO003
// shape: action chunks of varied length per trajectory, own mean per trajectory, adaptive nothing; centred returns
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class ArmTrajectory
{
    public required Tensor Images { get; init; }
    public required Tensor ActionTokens { get; init; }
    public required Tensor LogProbs { get; init; }
    public float Success { get; init; }
    public long Steps => ActionTokens.shape[0];
}

public sealed class ArmTrainer
{
    private readonly nn.Module<Tensor, Tensor> vla;
    private readonly optim.Optimizer optimizer;
    private readonly int updateEpochs;

    public ArmTrainer(nn.Module<Tensor, Tensor> vla, int updateEpochs)
    {
        this.vla = vla;
        this.updateEpochs = updateEpochs;
        optimizer = optim.AdamW(vla.parameters(), lr: 5e-6);
    }

    private Tensor TrajectoryLoss(ArmTrajectory t, float advantage)
    {
        var lp = vla.call(t.Images).log_softmax(-1).gather(-1, t.ActionTokens.unsqueeze(-1)).squeeze(-1);
        var r = (lp - t.LogProbs).exp();
        var worst = torch.minimum(r * advantage, r.clamp(0.8, 1.28) * advantage);
        return {|GRPO001:worst.sum().neg() / t.Steps|};
    }

    public void Update(IReadOnlyList<ArmTrajectory> trajectories)
    {
        var mean = trajectories.Average(t => t.Success);
        for (var e = 0; e < updateEpochs; e++)
        {
            optimizer.zero_grad();
            foreach (var t in trajectories)
            {
                using var scope = NewDisposeScope();
                (TrajectoryLoss(t, t.Success - mean) / trajectories.Count).backward();
            }

            nn.utils.clip_grad_norm_(vla.parameters(), 1.0);
            {|GRPO003:optimizer.step()|};
        }
    }
}
