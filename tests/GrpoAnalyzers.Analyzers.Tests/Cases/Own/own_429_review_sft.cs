// case: own.429
// expect: none
// shape: supervised fine-tuning on review comments, per-sequence mean NLL, epochs over the same data
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class ReviewCorpus
{
    readonly List<(long[] ids, int promptLen)> rows;
    public ReviewCorpus(IEnumerable<(long[], int)> rows) => this.rows = rows.ToList();

    public IEnumerable<(Tensor ids, Tensor mask)> Batches(int size)
    {
        foreach (var chunk in rows.Chunk(size))
        {
            var width = chunk.Max(r => r.ids.Length);
            var ids = zeros(new long[] { chunk.Length, width }, dtype: ScalarType.Int64);
            var mask = zeros(chunk.Length, width);
            for (var i = 0; i < chunk.Length; i++)
            {
                ids[i, ..chunk[i].ids.Length] = tensor(chunk[i].ids);
                mask[i, chunk[i].promptLen..chunk[i].ids.Length] = 1f;
            }
            yield return (ids, mask);
        }
    }
}

public sealed class ReviewSftLoss : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    public ReviewSftLoss() : base(nameof(ReviewSftLoss)) { }

    public override Tensor forward(Tensor logits, Tensor ids, Tensor mask)
    {
        var logp = nn.functional.log_softmax(logits[.., ..^1, ..], -1);
        var nll = -logp.gather(-1, ids[.., 1..].unsqueeze(-1)).squeeze(-1);
        var m = mask[.., 1..];
        // every comment counts the same, long or short
        return ((nll * m).sum(1) / m.sum(1).clamp_min(1)).mean();
    }
}

public static class ReviewSft
{
    public static void Train(nn.Module<Tensor, Tensor> model, ReviewCorpus corpus, int epochs = 3)
    {
        var criterion = new ReviewSftLoss();
        var optimizer = optim.AdamW(model.parameters(), lr: 2e-5, weight_decay: 0.01);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var seen = new List<float>();
            foreach (var (ids, mask) in corpus.Batches(16))
            {
                using var _ = NewDisposeScope();
                optimizer.zero_grad();
                var loss = criterion.forward(model.forward(ids), ids, mask);
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                optimizer.step();
                seen.Add(loss.ToSingle());
            }
            var mean = seen.Average();
            var std = Math.Sqrt(seen.Average(x => (x - mean) * (x - mean)));
            Console.WriteLine($"epoch {epoch}: loss {mean:f4} +- {std:f4}, signal/noise {mean / (std + 1e-8):f2}");
        }
    }
}
