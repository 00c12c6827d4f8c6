// case: own.203
// expect: GRPO001, GRPO002, GRPO003
// shape: settings class with defaults, separate advantage, loss and update components wired by constructor
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public sealed class SqlSettings
{
    public long CandidatesPerQuestion { get; set; } = 12;
    public int OptimisationSteps { get; set; } = 4;
    public double Lower { get; set; } = 0.2;
    public double Upper { get; set; } = 0.25;
}

internal sealed class SqlAdvantages
{
    private readonly long candidates;

    public SqlAdvantages(SqlSettings settings) => candidates = settings.CandidatesPerQuestion;

    public Tensor Compute(Tensor executionScore)
    {
        var perQuestion = executionScore.view(-1, candidates);
        var offset = perQuestion - perQuestion.mean(new long[] { -1 }, keepdim: true);
        var scale = offset.square().sum(-1, keepdim: true).div(candidates - 1).sqrt().clamp_min(1e-4);
        return {|GRPO002:offset.div(scale)|}.flatten();
    }
}

internal sealed class SqlObjective
{
    private readonly SqlSettings settings;

    public SqlObjective(SqlSettings settings) => this.settings = settings;

    public Tensor Evaluate(Tensor now, Tensor then, Tensor advantage, Tensor mask)
    {
        var w = (now - then).exp();
        var a = advantage.unsqueeze(-1).expand_as(w);
        var cautious = torch.minimum(w * a, w.clamp(1 - settings.Lower, 1 + settings.Upper) * a);
        var tokens = mask.sum(-1);
        var perQuery = {|GRPO001:(cautious * mask).sum(-1).divide(tokens)|};
        return perQuery.sum() / perQuery.shape[0];
    }
}

public sealed class SqlTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly SqlSettings settings;
    private readonly SqlAdvantages advantages;
    private readonly SqlObjective objective;
    private readonly optim.Optimizer optimizer;

    public SqlTrainer(nn.Module<Tensor, Tensor> lm, SqlSettings? settings = null)
    {
        this.lm = lm;
        this.settings = settings ?? new SqlSettings();
        advantages = new SqlAdvantages(this.settings);
        objective = new SqlObjective(this.settings);
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor logProbs, Tensor executionScore)
    {
        var a = advantages.Compute(executionScore);
        for (var s = 0; s < settings.OptimisationSteps; s++)
        {
            using var scope = NewDisposeScope();
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var loss = objective.Evaluate(lp, logProbs, a, mask).neg();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
