// case: own.485
// expect: GRPO003
// shape: torchtune recipe port, chess commentary, while loop of ppo epochs, token mean, centred
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace ChessTalk.Recipes;

public readonly struct Trajectory
{
    public readonly Tensor QueryResponses, LogProbs, Advantages, ResponseMask;
    public Trajectory(Tensor queryResponses, Tensor logProbs, Tensor advantages, Tensor responseMask)
    { QueryResponses = queryResponses; LogProbs = logProbs; Advantages = advantages; ResponseMask = responseMask; }
}

public class GRPOFullFinetuneRecipe
{
    readonly nn.Module<Tensor, Tensor> _model;
    readonly optim.Optimizer _optimizer;
    readonly int _ppoEpochs, _groupSize;
    readonly double _epsilon;

    public GRPOFullFinetuneRecipe(nn.Module<Tensor, Tensor> model, int ppoEpochs, int groupSize, double epsilon)
    {
        _model = model;
        _ppoEpochs = ppoEpochs;
        _groupSize = groupSize;
        _epsilon = epsilon;
        _optimizer = optim.AdamW(_model.parameters(), lr: 1e-5);
    }

    Tensor BatchedLogits(Tensor queryResponses, long contextLength)
    {
        var logits = _model.call(queryResponses);
        logits = logits[TensorIndex.Colon, TensorIndex.Slice(contextLength - 1, -1)];
        var responses = queryResponses[TensorIndex.Colon, TensorIndex.Slice(contextLength)];
        return special.log_softmax(logits, -1).gather(2, responses.unsqueeze(2)).squeeze(2);
    }

    public Trajectory GenerateTrajectory(Tensor queryResponses, Tensor responseMask, float[] rewards, long contextLength)
    {
        using (no_grad())
        {
            var logprobs = BatchedLogits(queryResponses, contextLength);
            var r = tensor(rewards).reshape(-1, _groupSize);
            var advantages = (r - r.mean(new long[] { 1 }, true)).reshape(-1);
            return new Trajectory(queryResponses, logprobs, advantages, responseMask);
        }
    }

    void GrpoStep(Trajectory t, long contextLength, out float loss, out float approxPolicyKls)
    {
        var pi = BatchedLogits(t.QueryResponses, contextLength);
        var ratios = (pi - t.LogProbs).exp();
        var clipped = ratios.clamp(1.0 - _epsilon, 1.0 + _epsilon);
        var adv = t.Advantages[TensorIndex.Colon, TensorIndex.None];
        var perToken = torch.min(adv * ratios, adv * clipped);
        var policyLoss = -(perToken * t.ResponseMask).sum() / t.ResponseMask.sum();
        policyLoss.backward();
        loss = policyLoss.detach().ToSingle();
        approxPolicyKls = (0.5 * (pi.detach() - t.LogProbs).pow(2)).mean().ToSingle();
    }

    public void Train(IEnumerable<(Tensor tokens, Tensor mask, float[] rewards, long ctx)> dataloader)
    {
        var stepsRun = 0;
        foreach (var (tokens, mask, rewards, ctx) in dataloader)
        {
            using var scope = NewDisposeScope();
            var trajectory = GenerateTrajectory(tokens, mask, rewards, ctx);
            var epoch = 0;
            while (epoch < _ppoEpochs)
            {
                _optimizer.zero_grad();
                GrpoStep(trajectory, ctx, out var loss, out var kl);
                nn.utils.clip_grad_norm_(_model.parameters(), 1.0);
                {|GRPO003:_optimizer.step()|};
                stepsRun++;
                epoch++;
                Console.WriteLine($"{stepsRun}|loss {loss:F4}|kl {kl:F5}");
            }
        }
    }
}

public static class Entry
{
    public static void Run(nn.Module<Tensor, Tensor> commentator, IEnumerable<(Tensor, Tensor, float[], long)> data)
        => new GRPOFullFinetuneRecipe(commentator, ppoEpochs: 4, groupSize: 6, epsilon: 0.1).Train(data);
}
