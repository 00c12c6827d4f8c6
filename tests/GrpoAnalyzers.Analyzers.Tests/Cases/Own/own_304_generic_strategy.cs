// case: own.304
// expect: GRPO001, GRPO002, GRPO003
// shape: interface strategies for advantages and aggregation injected into a generic trainer, composition root constructs them
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Strategies;

public interface IBaseline { Tensor Apply(Tensor rewards, int groupSize); }
public interface IAggregator { Tensor Reduce(Tensor tokenLoss, Tensor mask); }

public sealed class ZScoreBaseline : IBaseline
{
    public Tensor Apply(Tensor rewards, int groupSize)
    {
        var parts = rewards.split(groupSize);
        return cat(parts.Select(Normalise).ToArray());
    }

    private static Tensor Normalise(Tensor part)
    {
        var centred = part - part.mean();
        var inv = 1.0 / (part.std() + 1e-4);
        return {|GRPO002:centred * inv|};
    }
}

public sealed class SequenceAggregator : IAggregator
{
    public Tensor Reduce(Tensor tokenLoss, Tensor mask)
    {
        var sums = (tokenLoss * mask).sum(1);
        var counts = mask.sum(1).clamp_min(1);
        return {|GRPO001:sums.div(counts)|}.mean();
    }
}

public abstract class Episode
{
    public abstract Tensor Ids { get; }
    public abstract Tensor Mask { get; }
    public abstract float Score { get; }
}

public class GroupTrainer<TEpisode> where TEpisode : Episode
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly IBaseline baseline;
    private readonly IAggregator aggregator;
    private readonly int groupSize, epochs;
    private readonly double clip;

    public GroupTrainer(nn.Module<Tensor, Tensor> model, IBaseline baseline, IAggregator aggregator, int groupSize, int epochs, double clip = 0.2)
    {
        (this.model, this.baseline, this.aggregator) = (model, baseline, aggregator);
        (this.groupSize, this.epochs, this.clip) = (groupSize, epochs, clip);
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Learn(IReadOnlyList<TEpisode> episodes)
    {
        var ids = stack(episodes.Select(e => e.Ids));
        var mask = stack(episodes.Select(e => e.Mask));
        var rewards = tensor(episodes.Select(e => e.Score).ToArray());
        var adv = baseline.Apply(rewards, groupSize).unsqueeze(1);
        Tensor behaviour;
        using (no_grad()) behaviour = Score(ids);

        foreach (var _ in Enumerable.Range(0, epochs))
        {
            using var scope = NewDisposeScope();
            var ratio = (Score(ids) - behaviour).exp();
            var a = ratio * adv;
            var b = ratio.clip(1 - clip, 1 + clip) * adv;
            var loss = aggregator.Reduce(-a.minimum(b), mask);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }

    private Tensor Score(Tensor ids)
    {
        var lp = nn.functional.log_softmax(model.forward(ids), -1);
        return lp.gather(2, ids.roll(-1, 1).unsqueeze(-1)).squeeze(-1);
    }
}

public sealed class ChatEpisode : Episode
{
    public override Tensor Ids { get; }
    public override Tensor Mask { get; }
    public override float Score { get; }
    public ChatEpisode(Tensor ids, Tensor mask, float score) { Ids = ids; Mask = mask; Score = score; }
}

public static class Composition
{
    public static GroupTrainer<ChatEpisode> Chat(nn.Module<Tensor, Tensor> lm)
        => new(lm, new ZScoreBaseline(), new SequenceAggregator(), groupSize: 8, epochs: 4);
}
