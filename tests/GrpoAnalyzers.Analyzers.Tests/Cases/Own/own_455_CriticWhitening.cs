// case: own.455
// expect: none
// shape: PPO with value head, GAE, batch-wide whitening, one pass over disjoint minibatches
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace DialogPpo;

public sealed record Experience(Tensor Ids, Tensor Labels, Tensor Mask, Tensor TokenRewards, Tensor OldLogP, Tensor Values);

public sealed class DialogPpoTrainer
{
    readonly nn.Module<Tensor, Tensor> actor;
    readonly nn.Module<Tensor, Tensor> critic;
    readonly optim.Optimizer optimizer;
    const double Gamma = 1.0, Lambda = 0.95;

    public DialogPpoTrainer(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters().Concat(critic.parameters()), lr: 1e-6);
    }

    static Tensor Gae(Tensor rewards, Tensor values, Tensor mask)
    {
        var horizon = rewards.shape[1];
        var columns = new Tensor[horizon];
        var next = zeros(rewards.shape[0]);
        var nextValue = zeros(rewards.shape[0]);
        for (var t = horizon - 1; t >= 0; t--)
        {
            var delta = rewards[.., (int)t] + Gamma * nextValue - values[.., (int)t];
            next = (delta + Gamma * Lambda * next) * mask[.., (int)t];
            nextValue = values[.., (int)t];
            columns[t] = next;
        }
        return stack(columns, 1);
    }

    Tensor LogP(Tensor ids, Tensor labels) =>
        actor.call(ids).log_softmax(-1).gather(-1, labels.unsqueeze(-1)).squeeze(-1);

    public void Train(Experience exp, int miniBatch)
    {
        Tensor adv, returns;
        using (no_grad())
        {
            adv = Gae(exp.TokenRewards, exp.Values, exp.Mask);
            returns = adv + exp.Values;
            var valid = adv.masked_select(exp.Mask.to(ScalarType.Bool));
            adv = (adv - valid.mean()) / (valid.std() + 1e-8);
        }

        var n = exp.Ids.shape[0];
        var perm = randperm(n, dtype: ScalarType.Int64);
        for (long start = 0; start < n; start += miniBatch)
        {
            using var scope = NewDisposeScope();
            var rows = perm[TensorIndex.Slice(start, Math.Min(n, start + miniBatch))];
            var ids = exp.Ids[rows];
            var mask = exp.Mask[rows];
            var a = adv[rows];
            var tokens = mask.sum();

            var ratio = (LogP(ids, exp.Labels[rows]) - exp.OldLogP[rows]).exp();
            var policyLoss = -(minimum(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / tokens;
            var v = critic.call(ids).squeeze(-1);
            var valueLoss = ((v - returns[rows]).square() * mask).sum() / tokens;

            optimizer.zero_grad();
            (policyLoss + 0.5 * valueLoss).backward();
            optimizer.step();
        }
    }
}
