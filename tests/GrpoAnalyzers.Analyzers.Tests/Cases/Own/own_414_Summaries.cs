// case: own.414
// expect: GRPO001
// shape: functional, extension methods, RLOO baseline, list of completions, one step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Summaries;

public readonly record struct Summary(Tensor Ids, int PromptTokens, double Rouge);

public record Article(IReadOnlyList<Summary> Summaries);

public static class Baselines
{
    public static IEnumerable<(Summary Summary, double Advantage)> LeaveOneOut(this Article article)
    {
        var total = article.Summaries.Sum(s => s.Rouge);
        var others = article.Summaries.Count - 1;
        return article.Summaries.Select(s => (s, s.Rouge - (total - s.Rouge) / others));
    }
}

public static class LogProbExtensions
{
    public static Tensor CompletionLogProbs(this nn.Module<Tensor, Tensor> lm, Summary s)
    {
        var n = s.Ids.shape[0];
        return lm.call(s.Ids.unsqueeze(0)).squeeze(0)
            .narrow(0, s.PromptTokens - 1, n - s.PromptTokens)
            .log_softmax(-1)
            .gather(1, s.Ids.narrow(0, s.PromptTokens, n - s.PromptTokens).unsqueeze(1))
            .squeeze(1);
    }
}

public sealed class Rloo
{
    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly optim.Optimizer _optimizer;

    public Rloo(nn.Module<Tensor, Tensor> lm, double lr) =>
        (_lm, _optimizer) = (lm, optim.AdamW(lm.parameters(), lr: lr));

    public double Step(IEnumerable<Article> articles)
    {
        using var scope = NewDisposeScope();
        Tensor Objective((Summary Summary, double Advantage) x) =>
            {|GRPO001:_lm.CompletionLogProbs(x.Summary).mean()|} * x.Advantage;

        var loss = -stack(articles.SelectMany(a => a.LeaveOneOut()).Select(Objective)).mean();
        _optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(_lm.parameters(), 0.5);
        _optimizer.step();
        return loss.ToDouble();
    }

    public IEnumerable<double> Train(IEnumerable<Article[]> stream) => stream.Select(Step);
}
