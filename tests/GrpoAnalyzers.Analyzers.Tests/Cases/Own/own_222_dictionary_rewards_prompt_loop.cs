// case: own.222
// expect: GRPO001, GRPO002
// shape: loop over prompts with one optimiser step each, group list of tuples, std().item in floats
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PuzzleTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly Func<string, int, List<(long[] tokens, float reward)>> solve;

    public PuzzleTrainer(nn.Module<Tensor, Tensor> lm, Func<string, int, List<(long[], float)>> solve)
    {
        this.lm = lm;
        this.solve = solve;
        optimizer = optim.Adam(lm.parameters(), lr: 1e-6);
    }

    public Dictionary<string, float> Train(IEnumerable<string> puzzles)
    {
        var solved = new Dictionary<string, float>();
        foreach (var puzzle in puzzles)
        {
            var tries = solve(puzzle, 8);
            var rewards = tensor(tries.Select(t => t.reward).ToArray());
            var mean = rewards.mean().item<float>();
            var std = rewards.std(unbiased: false).item<float>();
            solved[puzzle] = mean;
            var total = zeros(1);
            foreach (var (tokens, reward) in tries)
            {
                var advantage = {|GRPO002:(reward - mean) / (std + 1e-4f)|};
                var ids = tensor(tokens);
                var lp = lm.call(ids).log_softmax(-1).gather(1, ids.unsqueeze(1)).squeeze(1);
                var ratio = (lp - lp.detach()).exp();
                total -= {|GRPO001:(ratio * advantage).sum() / ids.numel()|};
            }

            optimizer.zero_grad();
            (total / tries.Count).backward();
            optimizer.step();
        }

        return solved;
    }
}
