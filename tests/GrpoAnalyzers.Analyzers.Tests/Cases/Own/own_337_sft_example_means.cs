// case: own.337
// expect: none
// shape: supervised fine-tuning with example-balanced loss (mean per example) over several epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Finetune
{
    public sealed record Example(long[] Prompt, long[] Answer);

    public sealed class Collator
    {
        private readonly int max;
        public Collator(int max) => this.max = max;

        public (Tensor ids, Tensor labels) Collate(IReadOnlyList<Example> batch)
        {
            var ids = zeros(batch.Count, max, dtype: int64);
            var labels = full(batch.Count, max, -100, dtype: int64);
            for (int i = 0; i < batch.Count; i++)
            {
                var all = batch[i].Prompt.Concat(batch[i].Answer).Take(max).ToArray();
                for (int t = 0; t < all.Length; t++)
                {
                    ids[i, t] = all[t];
                    if (t >= batch[i].Prompt.Length) labels[i, t] = all[t];
                }
            }
            return (ids, labels);
        }
    }

    public sealed class SftTrainer
    {
        private readonly Module<Tensor, Tensor> model;
        private readonly optim.Optimizer optimizer;
        private readonly Collator collator = new(512);

        public SftTrainer(Module<Tensor, Tensor> model)
        {
            this.model = model;
            optimizer = optim.AdamW(model.parameters(), 1e-5, weight_decay: 0.01);
        }

        public void Train(List<Example> data, int epochs, int batchSize)
        {
            var rng = new Random(1);
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                double sum = 0;
                int n = 0;
                foreach (var batch in data.OrderBy(_ => rng.Next()).Chunk(batchSize))
                {
                    using var scope = NewDisposeScope();
                    var (ids, labels) = collator.Collate(batch);
                    var logits = model.forward(ids).narrow(1, 0, ids.shape[1] - 1);
                    var target = labels.narrow(1, 1, ids.shape[1] - 1);
                    var token = functional.cross_entropy(logits.transpose(1, 2), target, ignore_index: -100, reduction: Reduction.None);
                    var valid = target.ne(-100).to_type(ScalarType.Float32);
                    var perExample = (token * valid).sum(1) / valid.sum(1).clamp(min: 1);
                    var loss = perExample.mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                    sum += loss.ToDouble();
                    n++;
                }
                Console.WriteLine($"epoch {epoch}: loss {sum / n:F4}, perplexity {Math.Exp(sum / n):F2}");
            }
        }
    }
}
