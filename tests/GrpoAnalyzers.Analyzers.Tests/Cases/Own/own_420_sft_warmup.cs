// case: own.420
// expect: none
// shape: python-style SFT on demonstrations, per-example mean, Adam, several epochs, reward stats only printed
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace warmup;

public record Demo(long[] prompt, long[] completion, float rating);

public static class collate
{
    public static (Tensor ids, Tensor labels_mask) pad(IReadOnlyList<Demo> demos, long pad_id = 0)
    {
        var width = demos.Max(d => d.prompt.Length + d.completion.Length);
        var ids = new List<Tensor>();
        var masks = new List<Tensor>();
        foreach (var d in demos)
        {
            var n = d.prompt.Length + d.completion.Length;
            var row = d.prompt.Concat(d.completion).Concat(Enumerable.Repeat(pad_id, width - n)).ToArray();
            var m = Enumerable.Range(0, width).Select(i => i >= d.prompt.Length && i < n ? 1f : 0f).ToArray();
            ids.Add(tensor(row));
            masks.Add(tensor(m));
        }
        return (stack(ids, 0), stack(masks, 0));
    }
}

public class SftTrainer
{
    readonly Module<Tensor, Tensor> model;
    readonly optim.Optimizer optimizer;
    readonly int epochs;

    public SftTrainer(Module<Tensor, Tensor> model, int epochs = 3)
    {
        this.model = model;
        this.epochs = epochs;
        optimizer = optim.AdamW(model.parameters(), lr: 2e-5, weight_decay: 0.01);
    }

    Tensor compute_loss(Tensor ids, Tensor mask)
    {
        var n = ids.shape[1] - 1;
        var logits = model.call(ids.narrow(1, 0, n));
        var targets = ids.narrow(1, 1, n);
        var m = mask.narrow(1, 1, n);
        var nll = functional.cross_entropy(logits.transpose(1, 2), targets, reduction: Reduction.None);
        // every demonstration weighs the same, short or long
        return ((nll * m).sum(1) / m.sum(1)).mean();
    }

    public void fit(List<Demo> demos, int batch_size = 16)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var losses = new List<float>();
            foreach (var batch in demos.Chunk(batch_size))
            {
                using var scope = NewDisposeScope();
                var (ids, mask) = collate.pad(batch);
                var loss = compute_loss(ids, mask);
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                optimizer.step();
                losses.Add(loss.ToSingle());
            }
            report(epoch, losses, demos);
        }
    }

    static void report(int epoch, List<float> losses, List<Demo> demos)
    {
        var r = tensor(demos.Select(d => d.rating).ToArray());
        var z = (r - r.mean()) / (r.std() + 1e-6);
        Console.WriteLine($"epoch {epoch}: nll {losses.Average():F4}, rating skew {z.pow(3).mean().ToSingle():F3}");
    }
}
