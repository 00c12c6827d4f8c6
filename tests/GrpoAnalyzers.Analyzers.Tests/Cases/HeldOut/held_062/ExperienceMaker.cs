using TorchSharp;
using static TorchSharp.torch;

namespace Rlhf;

public sealed record Rollout(Tensor Sequences, Tensor ActionMask, Tensor ActionLogProbs, Tensor Rewards);

public sealed class ExperienceMaker
{
    private readonly int samplesPerPrompt;
    private readonly string estimator;

    public ExperienceMaker(int samplesPerPrompt, string estimator = "group_norm")
    {
        this.samplesPerPrompt = samplesPerPrompt;
        this.estimator = estimator;
    }

    public Tensor Advantages(Rollout rollout)
    {
        var rewards = rollout.Rewards.reshape(-1, samplesPerPrompt);
        if (estimator == "rloo")
        {
            var baseline = (rewards.sum(-1, keepdim: true) - rewards) / (samplesPerPrompt - 1);
            rewards = rewards - baseline;
        }
        else if (estimator == "group_norm")
        {
            rewards = (rewards - rewards.mean(new long[] { -1 }, keepdim: true)) / (rewards.std(-1, keepdim: true) + 1e-9);
        }

        return rewards.reshape(-1).unsqueeze(-1) * rollout.ActionMask;
    }
}
