// case: own.489
// expect: GRPO001, GRPO002, GRPO003
// shape: OpenRLHF-like generic base trainer, derived GRPO actor, masked_mean helper with dim, SQL
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace OpenRlhf.Sharp;

public static class Utils
{
    public static Tensor MaskedMean(this Tensor t, Tensor mask, long dim) => (t * mask).sum(dim) / mask.sum(dim);
    public static Tensor LogProbsFromLogits(this Tensor logits, Tensor labels) => logits.log_softmax(-1).gather(-1, labels.unsqueeze(-1)).squeeze(-1);
}

public class Experience
{
    public Tensor Sequences = null!, ActionLogProbs = null!, ActionMask = null!, Reward = null!;
    public Tensor? Advantages;
}

public abstract class PPOTrainerBase<TExp> where TExp : Experience
{
    protected readonly nn.Module<Tensor, Tensor> Actor;
    protected readonly optim.Optimizer ActorOptim;
    protected readonly List<TExp> ReplayBuffer = new();
    protected int MaxEpochs { get; init; } = 2;

    protected PPOTrainerBase(nn.Module<Tensor, Tensor> actor, double actorLearningRate)
    {
        Actor = actor;
        ActorOptim = optim.AdamW(actor.parameters(), actorLearningRate, 0.9, 0.95);
    }

    protected abstract IEnumerable<TExp> MakeExperience(IReadOnlyList<string> prompts);
    protected abstract void ProcessExperience(TExp exp);
    protected abstract Tensor ActorLoss(Tensor logProbs, TExp exp);

    public void Fit(IEnumerable<IReadOnlyList<string>> promptsDataloader)
    {
        foreach (var prompts in promptsDataloader)
        {
            ReplayBuffer.Clear();
            foreach (var e in MakeExperience(prompts))
            {
                ProcessExperience(e);
                ReplayBuffer.Add(e);
            }
            PpoTrain();
        }
    }

    private void PpoTrain()
    {
        for (var epoch = 0; epoch < MaxEpochs; ++epoch)
            foreach (var e in ReplayBuffer.OrderBy(_ => Random.Shared.Next()))
                TrainingStepActor(e);
    }

    private void TrainingStepActor(TExp e)
    {
        using var d = NewDisposeScope();
        var labels = e.Sequences.narrow(1, 1, e.Sequences.shape[1] - 1);
        var logProbs = Actor.call(e.Sequences).narrow(1, 0, labels.shape[1]).LogProbsFromLogits(labels);
        var loss = ActorLoss(logProbs, e);
        ActorOptim.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(Actor.parameters(), 1.0);
        {|GRPO003:ActorOptim.step()|};
    }
}

public sealed class SqlGrpoTrainer : PPOTrainerBase<Experience>
{
    private readonly Func<IReadOnlyList<string>, IEnumerable<Experience>> sampler;
    private readonly int nSamplesPerPrompt;

    public SqlGrpoTrainer(nn.Module<Tensor, Tensor> actor, Func<IReadOnlyList<string>, IEnumerable<Experience>> sampler, int nSamplesPerPrompt)
        : base(actor, 5e-7)
    {
        this.sampler = sampler;
        this.nSamplesPerPrompt = nSamplesPerPrompt;
        MaxEpochs = 3;
    }

    protected override IEnumerable<Experience> MakeExperience(IReadOnlyList<string> prompts)
    {
        using (no_grad())
            return sampler(prompts).ToList();
    }

    protected override void ProcessExperience(Experience exp)
    {
        var rewards = exp.Reward.reshape(-1, nSamplesPerPrompt);
        rewards = {|GRPO002:(rewards - rewards.mean(new long[] { -1 }, keepdim: true)) / (rewards.std(-1, keepdim: true) + 1e-9)|};
        exp.Advantages = rewards.reshape(-1, 1).detach();
    }

    protected override Tensor ActorLoss(Tensor logProbs, Experience exp)
    {
        var ratio = (logProbs - exp.ActionLogProbs).exp();
        var surr1 = ratio * exp.Advantages!;
        var surr2 = ratio.clamp(0.8, 1.2) * exp.Advantages!;
        var loss = torch.min(surr1, surr2).neg();
        return {|GRPO001:(loss.MaskedMean(exp.ActionMask, dim: -1))|}.mean();
    }
}
