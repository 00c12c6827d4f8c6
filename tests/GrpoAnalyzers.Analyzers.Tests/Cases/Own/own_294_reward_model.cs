// case: own.294
// expect: none
// shape: mean pooling by length, calibration std, Bradley-Terry
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RewardModelling;

public class RewardModel : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding _tokens;
    private readonly LSTM _encoder;
    private readonly Linear _score;
    private readonly Tensor _mean = zeros(1), _std = ones(1);

    public RewardModel(long vocab, long width) : base("reward")
    {
        _tokens = nn.Embedding(vocab, width);
        _encoder = nn.LSTM(width, width, batchFirst: true, bidirectional: true);
        _score = nn.Linear(2 * width, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids, Tensor mask)
    {
        var (h, _, _) = _encoder.call(_tokens.call(ids));
        // average of the hidden states over each text's own tokens
        var pooled = (h * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim: true);
        return _score.call(pooled).squeeze(-1);
    }

    /// Scores with mean 0 and deviation 1 on the calibration set.
    public Tensor Calibrated(Tensor ids, Tensor mask) => (call(ids, mask) - _mean) / _std;

    public void Calibrate(IEnumerable<(Tensor ids, Tensor mask)> texts)
    {
        using var _ = no_grad();
        var scores = new List<Tensor>();
        foreach (var (ids, mask) in texts) scores.Add(call(ids, mask));
        var all = cat(scores);
        _mean.copy_(all.mean());
        _std.copy_(all.std() + 1e-6);
    }
}

public class RewardModelTrainer
{
    public static void Fit(RewardModel model, IReadOnlyList<(Tensor good, Tensor goodMask, Tensor bad, Tensor badMask)> pairs, int epochs)
    {
        var adamw = optim.AdamW(model.parameters(), lr: 1e-4, weight_decay: 0.01);
        var cosine = optim.lr_scheduler.CosineAnnealingLR(adamw, epochs * pairs.Count);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double correct = 0;
            foreach (var (good, goodMask, bad, badMask) in pairs)
            {
                var difference = model.call(good, goodMask) - model.call(bad, badMask);
                var loss = -nn.functional.logsigmoid(difference).mean() + 1e-3 * difference.square().mean();
                adamw.zero_grad();
                loss.backward();
                adamw.step();
                cosine.step();
                correct += difference.gt(0).to(ScalarType.Float32).mean().ToDouble();
            }
            Console.WriteLine($"epoch {epoch + 1}: accuracy {correct / pairs.Count:P1}");
        }
    }
}
