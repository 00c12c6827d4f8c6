// case: own.272
// expect: GRPO003
// shape: update method called in the caller's epoch loop, clip written with where, constant normaliser, accumulation
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanProver;

public sealed class ProofBatch
{
    public Tensor Ids = null!;
    public Tensor Mask = null!;
    public Tensor OldLogp = null!;
    public Tensor Verified = null!;
}

/// Constant normaliser, no deviation, gradient accumulation over micro batches.
public sealed class ProverTrainer
{
    const int MaxTokens = 512;
    const int GroupSize = 16;
    const int MicroBatch = 4;

    readonly nn.Module<Tensor, Tensor> prover;
    readonly optim.Optimizer optimizer;
    readonly ILookup<string, string> theorems;

    public ProverTrainer(nn.Module<Tensor, Tensor> prover, ILookup<string, string> theorems)
    {
        this.prover = prover;
        this.theorems = theorems;
        optimizer = optim.AdamW(prover.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    public void Train(Func<IEnumerable<string>, ProofBatch> attempt, int epochs)
    {
        foreach (var chapter in theorems)
        {
            var batch = attempt(chapter);
            var advantage = Advantage(batch.Verified);
            for (var epoch = 0; epoch < epochs; epoch++)
                Update(batch, advantage);
            Console.WriteLine($"{chapter.Key}: verified {batch.Verified.mean().ToSingle():P1}");
        }
    }

    static Tensor Advantage(Tensor verified)
    {
        var t = verified.view(-1, GroupSize);
        return (t - t.mean(new[] { 1L }, keepdim: true)).view(-1, 1);
    }

    void Update(ProofBatch batch, Tensor advantage)
    {
        var n = batch.Ids.shape[0];
        optimizer.zero_grad();
        for (var start = 0L; start < n; start += MicroBatch)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(MicroBatch, n - start);
            var ids = batch.Ids.narrow(0, start, rows);
            var mask = batch.Mask.narrow(0, start, rows);
            var adv = advantage.narrow(0, start, rows);
            var logits = prover.call(ids.narrow(1, 0, ids.shape[1] - 1));
            var logp = logits.log_softmax(-1).gather(-1, ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(logp - batch.OldLogp.narrow(0, start, rows));
            // the pessimistic choice written out: cap from above for good proofs, from below for bad ones
            var bounded = torch.where(adv.gt(0), ratio.clamp_max(1.2), ratio.clamp_min(0.8));
            var objective = bounded * adv;
            var loss = -(objective * mask).sum() / (n * MaxTokens);
            loss.backward();
        }
        nn.utils.clip_grad_norm_(prover.parameters(), 1.0);
        {|GRPO003:optimizer.step()|};
    }
}
