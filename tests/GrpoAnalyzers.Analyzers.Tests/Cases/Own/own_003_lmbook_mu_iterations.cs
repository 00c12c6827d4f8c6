// case: own.003
// expect: GRPO001, GRPO002, GRPO003
// shape: mu is a parameter with default 3; repeat_interleave of mean and std; the optimiser is made in the training method
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public static class GrpoTutorial
{
    public sealed class Rollout
    {
        public Tensor InputIds = null!;
        public Tensor CompletionMask = null!;
        public Tensor OldLogProbs = null!;
        public Tensor RefLogProbs = null!;
        public Tensor Rewards = null!;
        public int NumGenerations;
    }

    private static Tensor SelectiveLogSoftmax(Tensor logits, Tensor ids)
    {
        var picked = logits.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return picked - logits.logsumexp(-1);
    }

    private static Tensor GrpoLoss(nn.Module<Tensor, Tensor> model, Rollout r, double beta, double epsilon)
    {
        var tokenLogProbs = SelectiveLogSoftmax(model.call(r.InputIds), r.InputIds);
        var ratio = torch.exp(tokenLogProbs - r.OldLogProbs);
        var grouped = r.Rewards.view(-1, r.NumGenerations);
        var meanRewards = grouped.mean(new long[] { 1 }).repeat_interleave(r.NumGenerations);
        var stdRewards = grouped.std(1).repeat_interleave(r.NumGenerations);
        var advantages = {|GRPO002:((r.Rewards - meanRewards) / (stdRewards + 1e-4))|}.unsqueeze(1);
        var surrogate = torch.min(ratio * advantages, torch.clamp(ratio, 1 - epsilon, 1 + epsilon) * advantages);
        var kl = torch.exp(r.RefLogProbs - tokenLogProbs) - (r.RefLogProbs - tokenLogProbs) - 1;
        var perToken = surrogate - beta * kl;
        return -{|GRPO001:((perToken * r.CompletionMask).sum(1) / r.CompletionMask.sum(1))|}.mean();
    }

    public static void TrainWithGrpo(nn.Module<Tensor, Tensor> model, Func<Rollout> generate, int steps, int mu = 3, double beta = 0.04)
    {
        var optimizer = torch.optim.Adam(model.parameters(), lr: 1e-6);
        for (var step = 0; step < steps; step++)
        {
            var rollout = generate();
            for (var iter = 0; iter < mu; iter++)
            {
                var loss = GrpoLoss(model, rollout, beta, 0.2);
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 0.1);
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
