// case: own.278
// expect: GRPO002, GRPO003
// shape: LINQ groups, float advantages, shuffled mini-batches each epoch, token mean of the mini-batch
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Support.Replies;

public sealed class Sample
{
    public string TicketId { get; init; } = "";
    public long[] Ids { get; init; } = Array.Empty<long>();
    public int ReplyStart { get; init; }
    public float Rating { get; init; }
    public float[] OldLogProbs { get; init; } = Array.Empty<float>();
    public float Advantage { get; set; }
}

/// <summary>Samples as JSON lines; ratings arrive days after the replies were sent.</summary>
public static class SampleFile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    public static List<Sample> Read(string path) =>
        File.ReadLines(path)
            .Where(line => line.Length > 0)
            .Select(line => JsonSerializer.Deserialize<Sample>(line, Json)!)
            .Where(IsUsable)
            .ToList();

    public static void Append(string path, Sample sample) =>
        File.AppendAllText(path, JsonSerializer.Serialize(sample, Json) + Environment.NewLine);

    private static bool IsUsable(Sample s)
    {
        var n = s.Ids.Length - s.ReplyStart;
        return s.ReplyStart > 0 && n > 0 && s.OldLogProbs.Length == n && s.OldLogProbs.All(float.IsFinite);
    }
}

public static class Shuffler
{
    public static IEnumerable<List<T>> Batches<T>(IEnumerable<T> source, int size, Random random)
    {
        var order = source.OrderBy(_ => random.Next()).ToList();
        for (var i = 0; i < order.Count; i += size)
            yield return order.GetRange(i, Math.Min(size, order.Count - i));
    }
}

public sealed class ReplyTrainer
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Adam _adam;
    private readonly Random _random = new(1234);

    public ReplyTrainer(nn.Module<Tensor, Tensor> model)
    {
        _model = model;
        _adam = optim.Adam(_model.parameters(), lr: 1e-6, weight_decay: 1e-4);
    }

    public void Train(IReadOnlyCollection<Sample> samples, int epochs = 4, int batchSize = 16)
    {
        var byTicket = samples.GroupBy(s => s.TicketId).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var group in byTicket.Values)
            AssignAdvantages(group);

        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            var sum = 0.0;
            var count = 0;
            foreach (var batch in Shuffler.Batches(samples, batchSize, _random))
            {
                using var scope = NewDisposeScope();
                var (objective, tokens) = Objective(batch);
                var loss = -objective / tokens;
                _adam.zero_grad();
                loss.backward();
                {|GRPO003:_adam.step()|};
                sum += loss.ToDouble();
                count++;
            }
            Console.WriteLine($"epoch {epoch}/{epochs}: {sum / count:E3}");
        }
    }

    /// <summary>Mean token log-likelihood of replies that agents approved; higher is better.</summary>
    public double Validate(IReadOnlyCollection<Sample> approved)
    {
        using var off = no_grad();
        double sum = 0;
        foreach (var s in approved)
        {
            var n = s.Ids.Length - s.ReplyStart;
            var ids = tensor(s.Ids);
            var logits = _model.call(ids.unsqueeze(0)).squeeze(0).narrow(0, s.ReplyStart - 1, n);
            sum -= nn.functional.cross_entropy(logits, ids.narrow(0, s.ReplyStart, n)).ToDouble();
        }
        return sum / approved.Count;
    }

    private static void AssignAdvantages(List<Sample> group)
    {
        var mean = group.Average(s => s.Rating);
        var deviation = (float)Math.Sqrt(group.Average(s => Math.Pow(s.Rating - mean, 2)));
        foreach (var sample in group)
            sample.Advantage = {|GRPO002:(sample.Rating - mean) / (deviation + 1e-4f)|};
    }

    private (Tensor objective, int tokens) Objective(List<Sample> batch)
    {
        var total = zeros(1);
        var tokens = 0;
        foreach (var s in batch)
        {
            var n = s.Ids.Length - s.ReplyStart;
            var ids = tensor(s.Ids);
            var logits = _model.call(ids.unsqueeze(0)).squeeze(0).narrow(0, s.ReplyStart - 1, n);
            var logp = logits.log_softmax(-1).gather(-1, ids.narrow(0, s.ReplyStart, n).unsqueeze(-1)).squeeze(-1);
            var ratio = (logp - tensor(s.OldLogProbs)).exp();
            total = total + torch.min(ratio * s.Advantage, ratio.clamp(0.8, 1.2) * s.Advantage).sum();
            tokens += n;
        }
        return (total, tokens);
    }
}
