// case: own.202
// expect: GRPO001, GRPO002
// shape: tree of proof attempts, group by goal with LINQ ToLookup, per-attempt loss average with list of tensors
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed record Attempt(string Goal, long[] Context, long[] Tactic, bool Proved);

public sealed class ProverTrainer
{
    private readonly nn.Module<Tensor, Tensor> prover;
    private readonly optim.Optimizer optimizer;

    public ProverTrainer(nn.Module<Tensor, Tensor> prover)
    {
        this.prover = prover;
        optimizer = optim.AdamW(prover.parameters(), lr: 2e-6);
    }

    private static IEnumerable<(Attempt attempt, float weight)> Weigh(IEnumerable<Attempt> attempts)
    {
        foreach (var goal in attempts.ToLookup(a => a.Goal))
        {
            var wins = goal.Select(a => a.Proved ? 1f : 0f).ToArray();
            var p = wins.Average();
            var spread = MathF.Sqrt(wins.Sum(w => (w - p) * (w - p)) / wins.Length);
            var k = 0;
            foreach (var a in goal)
                yield return (a, {|GRPO002:(wins[k++] - p) / (spread + 1e-3f)|});
        }
    }

    private Tensor TacticLogProbs(Attempt a)
    {
        var all = a.Context.Concat(a.Tactic).ToArray();
        var logits = prover.call(tensor(all).unsqueeze(0)).squeeze(0);
        var rows = logits.narrow(0, a.Context.Length - 1, a.Tactic.Length).log_softmax(-1);
        return rows.gather(1, tensor(a.Tactic).unsqueeze(1)).squeeze(1);
    }

    public void Learn(IReadOnlyList<Attempt> attempts)
    {
        var terms = new List<Tensor>();
        foreach (var (attempt, weight) in Weigh(attempts))
        {
            var lp = TacticLogProbs(attempt);
            terms.Add({|GRPO001:-(weight * lp).sum() / attempt.Tactic.Length|});
        }

        var loss = torch.stack(terms).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
