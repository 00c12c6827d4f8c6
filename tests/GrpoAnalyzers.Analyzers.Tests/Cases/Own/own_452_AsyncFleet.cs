// case: own.452
// expect: GRPO001, GRPO002, GRPO003
// shape: async rollout collection, LINQ stack of per-trajectory losses, local functions
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fleet;

public sealed record Instruction(string Text, long[] Tokens);
public sealed record Plan(long[] Context, long[] Tokens);

public interface IRobotCell
{
    Task<Plan> AttemptAsync(Instruction instruction, CancellationToken ct);
    Task<float> JudgeAsync(Plan plan, CancellationToken ct);
}

public sealed class FleetLearner(nn.Module<Tensor, Tensor> planner, IRobotCell[] cells)
{
    private readonly optim.Optimizer _optimizer = optim.AdamW(planner.parameters(), lr: 2e-6, beta2: 0.99);
    private const int InnerUpdates = 4;

    public async Task RunAsync(IAsyncEnumerable<Instruction> instructions, CancellationToken ct)
    {
        await foreach (var instruction in instructions.WithCancellation(ct))
        {
            var plans = await Task.WhenAll(cells.Select(c => c.AttemptAsync(instruction, ct)));
            var scores = await Task.WhenAll(plans.Select((p, i) => cells[i].JudgeAsync(p, ct)));
            Learn(plans, scores);
        }
    }

    private void Learn(Plan[] plans, float[] scores)
    {
        using var outer = NewDisposeScope();

        Tensor LogProbs(Plan p)
        {
            var all = tensor(p.Context.Concat(p.Tokens).ToArray()).unsqueeze(0);
            var rows = planner.call(all)[0].narrow(0, p.Context.Length - 1, p.Tokens.Length);
            return rows.log_softmax(-1).gather(-1, tensor(p.Tokens).unsqueeze(-1)).squeeze(-1);
        }

        Tensor[] reference;
        using (no_grad()) reference = plans.Select(LogProbs).ToArray();

        var mean = scores.Average();
        var sd = Math.Sqrt(scores.Select(s => Math.Pow(s - mean, 2)).Sum() / (scores.Length - 1));
        var advantages = scores.Select(s => {|GRPO002:(s - mean) / (sd + 1e-4)|}).ToArray();

        Tensor Term(int i)
        {
            var ratio = exp(LogProbs(plans[i]) - reference[i]);
            var a = advantages[i];
            return {|GRPO001:(minimum(ratio * a, ratio.clamp(0.8, 1.2) * a).sum() / plans[i].Tokens.Length)|};
        }

        foreach (var _ in Enumerable.Range(0, InnerUpdates))
        {
            using var inner = NewDisposeScope();
            var loss = stack(Enumerable.Range(0, plans.Length).Select(Term).ToArray()).mean().neg();
            _optimizer.zero_grad();
            loss.backward();
            {|GRPO003:_optimizer.step()|};
        }
    }
}
