// case: own.333
// expect: GRPO003
// shape: centred rewards and token mean; approximate KL computed every epoch for a CSV log only, scheduler independent of it
using System;
using System.Collections.Generic;
using System.IO;
using TorchSharp;
using static TorchSharp.torch;

namespace Extraction;

public sealed class CsvLog : IDisposable
{
    private readonly StreamWriter writer;
    public CsvLog(string path) { writer = new StreamWriter(path); writer.WriteLine("epoch,kl,loss"); }
    public void Add(int epoch, float kl, float loss) => writer.WriteLine(FormattableString.Invariant($"{epoch},{kl},{loss}"));
    public void Dispose() => writer.Dispose();
}

public sealed record ExtractionTask(string Document, IReadOnlyDictionary<string, string> Fields);

public interface IExtractor
{
    (Tensor ids, Tensor mask) Decode(nn.Module<Tensor, Tensor> model, string document, int samples);
    IReadOnlyDictionary<string, string> Fields(Tensor ids);
}

public sealed class FieldExtractorTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer opt;
    private readonly optim.lr_scheduler.LRScheduler decay;
    private readonly CsvLog log;

    public required int Samples { get; init; }
    public int PolicyEpochs { get; init; } = 4;

    public FieldExtractorTrainer(nn.Module<Tensor, Tensor> model, CsvLog log)
    {
        this.model = model;
        this.log = log;
        opt = optim.AdamW(model.parameters(), 2e-6);
        decay = optim.lr_scheduler.StepLR(opt, 100, 0.5);
    }

    public void Process(Tensor ids, Tensor mask, Tensor f1)
    {
        var table = f1.view(-1, Samples);
        var adv = (table - table.mean(new long[] { 1 }, true)).view(-1, 1);
        Tensor reference;
        using (no_grad()) reference = Lp(ids);
        var tokens = mask.sum();

        for (int epoch = 0; epoch < PolicyEpochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var logRatio = Lp(ids) - reference;
            var ratio = logRatio.exp();
            var gain = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var loss = -(gain * mask).sum() / tokens;
            opt.zero_grad();
            loss.backward();
            {|GRPO003:opt.step()|};

            using (no_grad())
            {
                var kl = ((ratio - 1 - logRatio) * mask).sum() / tokens;
                log.Add(epoch, kl.ToSingle(), loss.ToSingle());
            }
        }
        decay.step();
    }

    public void Run(IEnumerable<ExtractionTask> tasks, IExtractor extractor, int validateEvery)
    {
        int done = 0;
        foreach (var task in tasks)
        {
            var (ids, mask) = extractor.Decode(model, task.Document, Samples);
            var scores = new float[Samples];
            for (int i = 0; i < Samples; i++)
                scores[i] = F1(extractor.Fields(ids[i]), task.Fields);
            Process(ids, mask, tensor(scores));
            if (++done % validateEvery == 0)
                Console.WriteLine($"{done} documents, lr {string.Join("/", decay.get_last_lr())}");
        }
    }

    private static float F1(IReadOnlyDictionary<string, string> found, IReadOnlyDictionary<string, string> gold)
    {
        int hit = 0;
        foreach (var (key, value) in found)
            if (gold.TryGetValue(key, out var expected) && expected == value) hit++;
        if (hit == 0) return 0f;
        float precision = (float)hit / found.Count, recall = (float)hit / gold.Count;
        return 2 * precision * recall / (precision + recall);
    }

    private Tensor Lp(Tensor ids)
    {
        var z = model.forward(ids);
        return z.gather(-1, ids.unsqueeze(-1)).squeeze(-1) - z.logsumexp(-1);
    }
}
