// case: own.037
// expect: GRPO003
// shape: a rollout buffer is sampled many times; old log-probs live in the buffer
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RolloutBuffer
{
    public Tensor States = null!;
    public Tensor Actions = null!;
    public Tensor LogProbs = null!;
    public Tensor Advantages = null!;

    public (Tensor s, Tensor a, Tensor lp, Tensor adv) Sample(long n)
    {
        var idx = randint(0, States.shape[0], new long[] { n }, dtype: ScalarType.Int64);
        return (States.index_select(0, idx), Actions.index_select(0, idx), LogProbs.index_select(0, idx), Advantages.index_select(0, idx));
    }
}

public class SamplingPpo
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public SamplingPpo(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.Adam(net.parameters(), lr: 3e-4);
    }

    public void Optimise(RolloutBuffer buffer, int updates, long batchSize)
    {
        for (var u = 0; u < updates; u++)
        {
            var (s, a, lp, adv) = buffer.Sample(batchSize);
            var dist = distributions.Categorical(logits: net.call(s));
            var ratio = exp(dist.log_prob(a) - lp);
            var surrogate = minimum(ratio * adv, clamp(ratio, 0.8, 1.2) * adv);
            var loss = -surrogate.mean() - 0.02 * dist.entropy().mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
