// case: own.438
// expect: GRPO001, GRPO003
// shape: enterprise pipeline, aggregation strategy interface, delegate step, update counts from settings
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Northwind.Games.Dialogue;

public interface ILossAggregator
{
    Tensor Aggregate(Tensor tokenLoss, Tensor mask);
}

public sealed class SequenceMeanAggregator : ILossAggregator
{
    public Tensor Aggregate(Tensor tokenLoss, Tensor mask)
    {
        var masked = tokenLoss.mul(mask);
        var lengths = mask.sum(dim: 1);
        var sequenceLoss = {|GRPO001:masked.sum(dim: 1).div(lengths)|};
        return sequenceLoss.mean();
    }
}

public sealed class DialogueBatch
{
    public Tensor Tokens { get; init; } = null!;
    public Tensor Mask { get; init; } = null!;
    public Tensor Ratings { get; init; } = null!;
    public Tensor? OldLogProbs { get; set; }
    public Tensor? Advantages { get; set; }
}

public sealed class DialogueTrainingSettings
{
    public int GroupSize { get; init; } = 4;
    public int UpdatesPerBatch { get; init; } = 8;
    public double ClipLow { get; init; } = 0.2;
    public double ClipHigh { get; init; } = 0.2;
}

public sealed class DialogueTrainingPipeline
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly ILossAggregator _aggregator = new SequenceMeanAggregator();
    private readonly DialogueTrainingSettings _settings;
    private readonly TorchSharp.Modules.AdamW _optimizer;
    private readonly Func<Task<DialogueBatch>> _source;

    public DialogueTrainingPipeline(nn.Module<Tensor, Tensor> model, DialogueTrainingSettings settings, Func<Task<DialogueBatch>> source)
    {
        _model = model;
        _settings = settings;
        _source = source;
        _optimizer = optim.AdamW(model.parameters(), lr: 2e-6);
    }

    private Tensor Evaluate(DialogueBatch batch)
    {
        var logits = _model.forward(batch.Tokens[.., ..^1]);
        return logits.log_softmax(-1).gather(-1, batch.Tokens[.., 1..].unsqueeze(-1)).squeeze(-1);
    }

    private void Prepare(DialogueBatch batch)
    {
        using (no_grad())
        {
            batch.OldLogProbs = Evaluate(batch).detach();
            var grouped = batch.Ratings.view(-1, _settings.GroupSize);
            batch.Advantages = (grouped - grouped.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);
        }
    }

    private Tensor TokenLoss(DialogueBatch batch)
    {
        var ratio = (Evaluate(batch) - batch.OldLogProbs!).mul(batch.Mask).exp();
        var first = -batch.Advantages! * ratio;
        var second = -batch.Advantages! * ratio.clamp(1 - _settings.ClipLow, 1 + _settings.ClipHigh);
        return maximum(first, second);
    }

    public async Task ExecuteAsync(int batches)
    {
        for (var b = 0; b < batches; b++)
        {
            var batch = await _source();
            Prepare(batch);
            foreach (var update in Enumerable.Range(1, _settings.UpdatesPerBatch))
            {
                using var scope = NewDisposeScope();
                _optimizer.zero_grad();
                var loss = _aggregator.Aggregate(TokenLoss(batch), batch.Mask);
                loss.backward();
                {|GRPO003:_optimizer.step()|};
                if (update == _settings.UpdatesPerBatch)
                    Console.WriteLine($"batch {b}: loss {loss.ToSingle():f4}");
            }
        }
    }
}
