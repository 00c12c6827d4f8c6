// case: own.456
// expect: none
// shape: supervised fine-tuning on tool transcripts, loss averaged per row length, several epochs
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace ToolSft;

public sealed class Transcript
{
    public long[] Input = Array.Empty<long>();
    public long[] Target = Array.Empty<long>();
    public float[] AssistantMask = Array.Empty<float>();
}

public sealed class TranscriptTuner
{
    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly optim.Optimizer _opt;

    public TranscriptTuner(nn.Module<Tensor, Tensor> lm)
    {
        _lm = lm;
        _opt = optim.AdamW(lm.parameters(), lr: 2e-5, weight_decay: 0.1);
    }

    private Tensor Nll(Transcript t)
    {
        var logits = _lm.call(tensor(t.Input).unsqueeze(0)).squeeze(0);
        var logp = logits.log_softmax(-1).gather(-1, tensor(t.Target).unsqueeze(-1)).squeeze(-1);
        var mask = tensor(t.AssistantMask);
        return -(logp * mask).sum() / mask.sum();
    }

    public void Fit(IReadOnlyList<Transcript> data, int epochs, int batchSize)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double running = 0;
            for (int i = 0; i < data.Count; i += batchSize)
            {
                using var scope = NewDisposeScope();
                var rows = new List<Tensor>();
                for (int j = i; j < Math.Min(i + batchSize, data.Count); j++)
                    rows.Add(Nll(data[j]));
                var loss = stack(rows).mean();
                _opt.zero_grad();
                loss.backward();
                _opt.step();
                running += loss.ToDouble();
            }
            Console.WriteLine($"epoch {epoch}: {running:F3}");
        }
    }
}
