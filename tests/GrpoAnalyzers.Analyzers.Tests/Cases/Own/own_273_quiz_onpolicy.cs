// case: own.273
// expect: GRPO001
// shape: one on-policy step, KL k3 inside, std only as a metric
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QuizMaster;

public enum Difficulty { Easy, Medium, Hard }

public class Quiz
{
    public long[] Question { get; set; } = [];
    public string Solution { get; set; } = "";
    public Difficulty Level { get; set; }
}

public class QuizTrainer
{
    private nn.Module<Tensor, Tensor> student;
    private nn.Module<Tensor, Tensor> teacher;
    private AdamW optimizer;

    private double beta = 0.04;

    public QuizTrainer(nn.Module<Tensor, Tensor> student, nn.Module<Tensor, Tensor> teacher)
    {
        this.student = student;
        this.teacher = teacher;
        teacher.eval();
        foreach (var p in teacher.parameters()) p.requires_grad = false;
        optimizer = optim.AdamW(student.parameters(), lr: 1e-6);
    }

    /// One exactly on-policy step for a batch of groups.
    public Dictionary<string, float> Step(Tensor ids, Tensor completionMask, Tensor rewards, int numGenerations)
    {
        var grouped = rewards.view(-1, numGenerations);
        var advantages = (grouped - grouped.mean([1], keepdim: true)).reshape(-1, 1);

        var lp = PerTokenLogps(student, ids);
        Tensor refLp;
        using (no_grad())
        {
            refLp = PerTokenLogps(teacher, ids);
        }

        var kl = exp(refLp - lp) - (refLp - lp) - 1;
        var ptl = -(exp(lp - lp.detach()) * advantages - beta * kl);
        var m = completionMask.to(ptl.dtype);
        var loss = {|GRPO001:((ptl * m).sum(1) / m.sum(1))|}.mean();

        student.zero_grad();
        loss.backward();
        optimizer.step();

        return new Dictionary<string, float>
        {
            ["loss"] = loss.item<float>(),
            ["kl"] = ((kl * m).sum() / m.sum()).item<float>(),
            ["reward"] = rewards.mean().item<float>(),
            ["reward_std"] = grouped.std(1).mean().item<float>(),
            ["completion_length"] = m.sum(1).mean().item<float>(),
        };
    }

    private static Tensor PerTokenLogps(nn.Module<Tensor, Tensor> model, Tensor ids)
    {
        var logits = model.call(ids)[.., ..^1];
        var rows = new List<Tensor>();
        // row by row to keep the peak memory low
        for (long i = 0; i < ids.shape[0]; i++)
        {
            var logp = logits[i].log_softmax(-1);
            rows.Add(logp.gather(1, ids[i][1..].unsqueeze(1)).squeeze(1));
        }
        return stack(rows);
    }
}
