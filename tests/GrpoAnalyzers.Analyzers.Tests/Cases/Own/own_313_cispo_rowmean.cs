// case: own.313
// expect: GRPO001, GRPO002
// shape: CISPO with detached truncated weights over several passes (no GRPO003), local functions and tuples, row means and group deviation, maze-solving plans
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public interface IMaze
{
    string Describe();
    int Solve(ReadOnlySpan<long> plan);   // steps until the exit or -1
}

public static class CispoRunner
{
    public record Settings(int Rounds, int Passes, int G, double WeightMax, double Lr);
    private const long End = 1;

    public static void Run(nn.Module<Tensor, Tensor> policy, IReadOnlyList<IMaze> mazes, Func<string, int, Tensor> plan, Settings s)
    {
        var optimizer = optim.AdamW(policy.parameters(), lr: s.Lr);

        for (int round = 0; round < s.Rounds; round++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, reward) = Rollouts();
            var (adv, zeroGroups) = Advantage(reward);
            var behaviour = Old(ids);

            for (int pass = 0; pass < s.Passes; pass++)
            {
                var lp = Lp(ids);
                var weight = (lp - behaviour).exp().clamp(max: s.WeightMax).detach();
                var loss = RowMean(-weight * adv * lp, mask).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
            Console.WriteLine($"round {round}: reward {reward.mean().ToSingle():F3}, {zeroGroups} mazes without signal");
        }

        (Tensor ids, Tensor mask, Tensor reward) Rollouts()
        {
            var plans = new List<Tensor>();
            var rewards = new List<float>();
            foreach (var maze in mazes)
            {
                var ids = plan(maze.Describe(), s.G);
                plans.Add(ids);
                for (int i = 0; i < s.G; i++)
                {
                    int steps = maze.Solve(ids[i].data<long>().ToArray());
                    rewards.Add(steps < 0 ? -1f : 1f / (1 + steps / 10f));
                }
            }
            var all = cat(plans, 0);
            var end = all.eq(End).to_type(ScalarType.Float32);
            var mask = (end.cumsum(1) - end).eq(0).to_type(ScalarType.Float32);
            return (all, mask, tensor(rewards.ToArray()));
        }

        Tensor Lp(Tensor ids)
        {
            var z = policy.forward(ids);
            return z.gather(-1, ids.unsqueeze(-1)).squeeze(-1) - z.logsumexp(-1);
        }

        Tensor Old(Tensor ids)
        {
            using var _ = no_grad();
            return Lp(ids);
        }

        (Tensor adv, long zero) Advantage(Tensor r)
        {
            var g = r.view(-1, s.G);
            var (sd, mu) = g.std_mean(1, keepdim: true);
            var a = {|GRPO002:(g - mu) / sd.clamp(min: 1e-3)|};
            return (a.view(-1, 1), sd.lt(1e-3).sum().ToInt64());
        }

        static Tensor RowMean(Tensor x, Tensor m) => {|GRPO001:(x * m).sum(1) / m.sum(1)|};
    }
}
