// case: own.269
// expect: GRPO002
// shape: plain policy gradient, group std in [P,G], token mean, LambdaLR
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gpg;

public class Settings
{
    public int PromptsPerStep = 16;
    public int Completions = 8;
    public int TotalSteps = 1000;
    public int WarmupSteps = 30;
    public double PeakLr = 3e-6;
    public string CheckpointDir = "ckpt";
    public int EvalEvery = 100;
    public string? ResumeFrom;

    public void Validate()
    {
        if (Completions < 2) throw new ArgumentOutOfRangeException(nameof(Completions), "a group needs two completions");
        if (WarmupSteps >= TotalSteps) throw new ArgumentException("warm-up is longer than the run");
    }
}

public sealed class PassAtK
{
    private readonly Dictionary<int, (double solved, int asked)> counts = new();

    public void Add(bool[] solved)
    {
        for (int k = 1; k <= solved.Length; k *= 2)
        {
            // unbiased estimate 1 - C(n-c, k) / C(n, k)
            int n = solved.Length, c = solved.Count(x => x);
            double miss = 1;
            for (int i = 0; i < k; i++) miss *= Math.Max(0, n - c - i) / (double)(n - i);
            var (s, a) = counts.GetValueOrDefault(k);
            counts[k] = (s + 1 - miss, a + 1);
        }
    }

    public override string ToString() =>
        string.Join("  ", counts.OrderBy(x => x.Key).Select(x => $"pass@{x.Key} {x.Value.solved / x.Value.asked:P1}"));
}

public class GroupPolicyGradient
{
    private readonly Settings s;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly Func<int, int, (Tensor ids, Tensor mask)> generate;
    private readonly Func<Tensor, Tensor> reward;

    public GroupPolicyGradient(Settings s, nn.Module<Tensor, Tensor> model, Func<int, int, (Tensor, Tensor)> generate, Func<Tensor, Tensor> reward)
    {
        this.s = s;
        this.model = model;
        this.generate = generate;
        this.reward = reward;
    }

    private string Evaluate()
    {
        var result = new PassAtK();
        using (no_grad())
        {
            model.eval();
            var (ids, _) = generate(64, s.Completions);
            var solved = reward(ids).ge(1).view(-1, s.Completions);
            for (long p = 0; p < solved.shape[0]; p++)
                result.Add(solved[p].data<bool>().ToArray());
            model.train();
        }
        return result.ToString();
    }

    public void Train()
    {
        s.Validate();
        if (s.ResumeFrom is { } file && File.Exists(file))
            model.load(file);
        var opt = optim.AdamW(model.parameters(), s.PeakLr, 0.9, 0.95);
        var lr = optim.lr_scheduler.LambdaLR(opt, i => i < s.WarmupSteps
            ? (i + 1.0) / s.WarmupSteps
            : 0.5 * (1 + Math.Cos(Math.PI * (i - s.WarmupSteps) / (s.TotalSteps - s.WarmupSteps))));
        Directory.CreateDirectory(s.CheckpointDir);
        using var csv = new StreamWriter(Path.Combine(s.CheckpointDir, "log.csv"));
        csv.WriteLine("step,reward,length,solved_all,solved_none,lr");

        for (int i = 0; i < s.TotalSteps; i++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask) = generate(s.PromptsPerStep, s.Completions);
            var r = reward(ids).view(s.PromptsPerStep, s.Completions);

            var sd = r.std(dim: 1, unbiased: true, keepdim: true);
            var valid = sd.gt(1e-6).to(ScalarType.Float32);
            var adv = {|GRPO002:(r - r.mean(new long[] { 1 }, keepdim: true)) / (sd + 1e-6)|} * valid;
            var weight = adv.view(-1, 1) * mask;

            // plain policy gradient, exactly on policy: no ratio, no clip
            var logp = model.call(ids[.., ..^1]).log_softmax(-1);
            var token = logp.gather(-1, ids[.., 1..].unsqueeze(-1)).squeeze(-1);
            var loss = -(token * weight).sum() / mask.sum();

            opt.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            opt.step();
            lr.step();

            var rate = r.mean(new long[] { 1 });
            csv.WriteLine(string.Join(",", i, r.mean().ToSingle(), mask.sum(1).mean().ToSingle(),
                rate.ge(1).sum().ToInt64(), rate.le(0).sum().ToInt64(), lr.get_last_lr().First()));
            if ((i + 1) % s.EvalEvery == 0)
                Console.WriteLine($"{i + 1}: {Evaluate()}");
            if ((i + 1) % 200 == 0)
                model.save(Path.Combine(s.CheckpointDir, $"model_{i + 1}.bin"));
        }
    }
}
