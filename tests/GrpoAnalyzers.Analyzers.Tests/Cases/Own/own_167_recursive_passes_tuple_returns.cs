// case: own.167
// expect: GRPO002, GRPO003
// shape: recursion over passes, tuple returned from preparation, Dr.GRPO constant normaliser, std by mean of squares
using System;
using TorchSharp;
using static TorchSharp.torch;

public class GameAgentTrainer
{
    private const int MaxTokens = 512;
    private readonly nn.Module<Tensor, Tensor> agent;
    private readonly optim.Optimizer optimizer;
    private readonly Func<(Tensor ids, Tensor mask, Tensor lp, Tensor outcome)> play;

    public GameAgentTrainer(nn.Module<Tensor, Tensor> agent, Func<(Tensor, Tensor, Tensor, Tensor)> play)
    {
        this.agent = agent;
        this.play = play;
        optimizer = optim.Adam(agent.parameters(), lr: 1e-6, beta2: 0.95);
    }

    private static (Tensor advantages, float solved) Prepare(Tensor outcome, long group)
    {
        var games = outcome.reshape(-1, group);
        var first = games.mean(new long[] { 1 }, keepdim: true);
        var second = (games * games).mean(new long[] { 1 }, keepdim: true);
        var deviation = (second - first * first).clamp_min(1e-6).sqrt();
        var advantages = {|GRPO002:(games - first) / deviation|};
        return (advantages.flatten(), outcome.gt(0.5).to(float32).mean().item<float>());
    }

    public float Round(long group, int passes)
    {
        var (ids, mask, lp, outcome) = play();
        var (advantages, solved) = Prepare(outcome, group);
        Improve(passes, ids, mask, lp, advantages.unsqueeze(1));
        return solved;
    }

    private void Improve(int left, Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        if (left <= 0)
            return;
        var now = agent.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (now - old).exp();
        var objective = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask;
        var loss = -objective.sum() / (ids.shape[0] * MaxTokens);
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        Improve(left - 1, ids, mask, old, adv);
    }
}
