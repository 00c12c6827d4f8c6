// case: own.291
// expect: none
// shape: length means and z-scores only in metrics
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Observability;

public sealed class Dashboard
{
    private readonly TextWriter _writer;
    public Dashboard(TextWriter writer) => _writer = writer;

    public void Emit(long step, IReadOnlyDictionary<string, double> values) =>
        _writer.WriteLine($"{step}\t" + string.Join('\t', values.Select(v => $"{v.Key}={v.Value:G5}")));
}

public sealed class MonitoredTrainer
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly AdamW _adamw;
    private readonly Dashboard _dashboard;
    private long _step;

    public MonitoredTrainer(nn.Module<Tensor, Tensor> model, Dashboard dashboard)
    {
        _model = model;
        _dashboard = dashboard;
        _adamw = optim.AdamW(model.parameters(), 2e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor rewards, Tensor rolloutLogps)
    {
        var centred = (rewards - rewards.mean()).unsqueeze(1);
        var logps = Logps(ids);
        var ratio = (logps - rolloutLogps).exp();
        var token = torch.min(ratio * centred, ratio.clamp(0.8, 1.2) * centred) * mask;
        var loss = -token.sum() / mask.sum();

        _adamw.zero_grad();
        loss.backward();
        _adamw.step();
        Report(token.detach(), logps.detach(), ratio.detach(), mask, rewards);
    }

    // what other formulations would have shown, for comparison between runs; nothing here is trained on
    private void Report(Tensor token, Tensor logps, Tensor ratio, Tensor mask, Tensor rewards)
    {
        using var _ = no_grad();
        var lengths = mask.sum(1);
        var perCompletion = token.sum(1) / lengths;
        var z = (rewards - rewards.mean()) / (rewards.std() + 1e-6);
        var confidence = (logps * mask).sum(1) / lengths;
        _dashboard.Emit(++_step, new Dictionary<string, double>
        {
            ["seq_mean_objective"] = perCompletion.mean().ToDouble(),
            ["z_max"] = z.max().ToDouble(),
            ["z_length_corr"] = (z * (lengths - lengths.mean()) / (lengths.std() + 1e-6)).mean().ToDouble(),
            ["z_confidence"] = (z * confidence).mean().ToDouble(),
            ["ratio_max"] = (ratio * mask).max().ToDouble(),
            ["perplexity"] = Math.Exp(-confidence.mean().ToDouble()),
        });
    }

    private Tensor Logps(Tensor ids) =>
        -nn.functional.cross_entropy(_model.call(ids.narrow(1, 0, ids.shape[1] - 1)).transpose(1, 2), ids.narrow(1, 1, ids.shape[1] - 1), reduction: nn.Reduction.None);
}
