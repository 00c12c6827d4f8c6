// case: own.316
// expect: GRPO001, GRPO003
// shape: centring only, row means by a weight matrix, do-while epochs with k3 penalty, SQL domain
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace TextToSql;

public interface IDatabaseJudge { float[] Execute(Tensor queries); }

public class SqlPolicyOptimizer
{
    private readonly nn.Module<Tensor, Tensor> actor, frozen;
    private readonly IDatabaseJudge judge;
    private readonly optim.Optimizer opt;
    private readonly int k;
    private int step;

    public SqlPolicyOptimizer(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> frozen, IDatabaseJudge judge, int k)
    {
        this.actor = actor;
        this.frozen = frozen;
        this.judge = judge;
        this.k = k;
        opt = optim.AdamW(actor.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    public void Iterate(Tensor prompts, Func<Tensor, int, (Tensor ids, Tensor mask)> decode, int epochs)
    {
        var (ids, mask) = decode(prompts, k);
        var maskF = mask.to(float32);
        Tensor oldLp, refLp;
        using (no_grad())
        {
            oldLp = Lp(actor, ids);
            refLp = Lp(frozen, ids);
        }
        var r = tensor(judge.Execute(ids)).reshape(-1, k);
        var advantage = (r - r.mean(new long[] { 1 }, keepdim: true)).reshape(-1, 1);
        var rowWeight = {|GRPO001:maskF / maskF.sum(1, keepdim: true)|};

        int epoch = 0;
        do
        {
            using var scope = NewDisposeScope();
            var lp = Lp(actor, ids);
            var ratio = (lp - oldLp).exp();
            var pg = -minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage);
            var d = refLp - lp;
            var penalty = d.exp() - d - 1;
            var loss = ((pg + 0.01 * penalty) * rowWeight).sum() / ids.shape[0];
            opt.zero_grad();
            loss.backward();
            {|GRPO003:opt.step()|};
            step++;
            epoch++;
        }
        while (epoch < epochs);
        Console.WriteLine($"[{step}] reward {r.mean().ToSingle():F3}");
    }

    private static Tensor Lp(nn.Module<Tensor, Tensor> m, Tensor ids)
    {
        var lp = m.forward(ids).log_softmax(-1);
        return lp.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
    }
}
