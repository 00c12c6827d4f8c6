// case: own.213
// expect: GRPO001, GRPO002
// shape: lengths as float tensor, rubric scores from async judge, REINFORCE with row sums divided by the lengths
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

public interface IRubricJudge
{
    Task<double> ScoreAsync(string question, string answer);
}

public class RubricTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly IRubricJudge judge;
    private readonly Func<string, string, long[]> tokenise;
    private readonly optim.Optimizer optimizer;

    public RubricTrainer(nn.Module<Tensor, Tensor> lm, IRubricJudge judge, Func<string, string, long[]> tokenise)
    {
        this.lm = lm;
        this.judge = judge;
        this.tokenise = tokenise;
        optimizer = optim.AdamW(lm.parameters(), 1e-6);
    }

    public async Task StepAsync(string question, string[] answers)
    {
        var scores = await Task.WhenAll(answers.Select(a => judge.ScoreAsync(question, a)));
        var mean = scores.Average();
        var std = Math.Sqrt(scores.Select(s => Math.Pow(s - mean, 2)).Sum() / Math.Max(1, scores.Length - 1));
        var adv = scores.Select(s => (float)({|GRPO002:(s - mean) / (std + 1e-4)|})).ToArray();
        var tokens = answers.Select(a => tokenise(question, a)).ToArray();
        var longest = tokens.Max(t => t.Length);
        var ids = new long[tokens.Length, longest];
        var mask = new float[tokens.Length, longest];
        for (var i = 0; i < tokens.Length; i++)
            for (var t = 0; t < tokens[i].Length; t++)
                (ids[i, t], mask[i, t]) = (tokens[i][t], 1f);

        var lengths = tensor(tokens.Select(t => (float)t.Length).ToArray());
        var x = tensor(ids);
        var lp = lm.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
        var sums = (lp * tensor(mask) * tensor(adv).unsqueeze(1)).sum(1);
        var loss = ({|GRPO001:sums / lengths|}).mean().neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
