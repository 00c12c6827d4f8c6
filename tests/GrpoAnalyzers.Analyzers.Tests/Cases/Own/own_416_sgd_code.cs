// case: own.416
// expect: none
// shape: python-style, group std but momentum SGD, token mean, single update
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace codegen;

public static class F
{
    public static Tensor selective_log_softmax(Tensor logits, Tensor index)
        => logits.gather(-1, index.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1);

    public static Tensor group_normalise(Tensor rewards, long k, double eps = 1e-4)
    {
        var r = rewards.view(-1, k);
        var mu = r.mean(new long[] { 1 }, keepdim: true);
        var sd = r.std(1, keepdim: true);
        return ((r - mu) / (sd + eps)).view(-1);
    }
}

public class UnitTestTrainer
{
    readonly Module<Tensor, Tensor> model;
    readonly optim.Optimizer opt;
    readonly Func<Tensor, Tensor, Tensor> run_unit_tests;
    const int k = 8;

    public UnitTestTrainer(Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> run_unit_tests)
    {
        this.model = model;
        this.run_unit_tests = run_unit_tests;
        opt = optim.SGD(model.parameters(), 0.05, momentum: 0.9, nesterov: true);
    }

    (Tensor ids, Tensor mask) sample(Tensor prompts, int steps)
    {
        using var ng = no_grad();
        var ids = prompts.repeat_interleave(k, 0);
        for (var i = 0; i < steps; i++)
        {
            var probs = model.call(ids).select(1, ids.shape[1] - 1).softmax(-1);
            ids = cat(new[] { ids, probs.multinomial(1) }, 1);
        }
        var completion = ids.narrow(1, prompts.shape[1], steps);
        var ended = completion.eq(2).to_type(ScalarType.Int64).cumsum(1) - completion.eq(2).to_type(ScalarType.Int64);
        return (ids, ended.eq(0).to_type(ScalarType.Float32));
    }

    public float training_step(Tensor prompts, int steps = 256)
    {
        using var scope = NewDisposeScope();
        var (ids, mask) = sample(prompts, steps);
        var rewards = run_unit_tests(ids, mask);
        var adv = F.group_normalise(rewards, k).unsqueeze(1);

        var p = prompts.shape[1];
        var logits = model.call(ids).narrow(1, p - 1, steps);
        var logp = F.selective_log_softmax(logits, ids.narrow(1, p, steps));

        var loss = -(logp * adv * mask).sum() / mask.sum();
        opt.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        opt.step();

        var mean_len = mask.sum(1).mean().ToSingle();
        Console.WriteLine($"len {mean_len:F1} pass {rewards.mean().ToSingle():P1}");
        return loss.ToSingle();
    }
}
