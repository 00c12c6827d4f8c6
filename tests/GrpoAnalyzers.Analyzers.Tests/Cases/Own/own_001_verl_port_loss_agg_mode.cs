// case: own.001
// expect: GRPO001, GRPO002
// shape: aggregation chosen by a string option whose default is the sequence mean; advantages standardised per uid in a dictionary of floats
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class ActorConfig
{
    public string LossAggMode { get; set; } = "seq-mean-token-mean";
    public float ClipLow { get; set; } = 0.2f;
    public float ClipHigh { get; set; } = 0.2f;
    public int PpoEpochs { get; set; } = 1;
    public bool NormAdvByStd { get; set; } = true;
    public double Lr { get; set; } = 1e-6;
}

public sealed record DataProto(Tensor InputIds, Tensor OldLogProbs, Tensor ResponseMask, string[] Uid, float[] Scores);

public class DataParallelActor
{
    private readonly ActorConfig config;
    private readonly nn.Module<Tensor, Tensor> module;
    private readonly optim.Optimizer optimizer;

    public DataParallelActor(ActorConfig config, nn.Module<Tensor, Tensor> module)
    {
        this.config = config;
        this.module = module;
        optimizer = optim.AdamW(module.parameters(), lr: config.Lr, weight_decay: 0.01);
    }

    private float[] ComputeGrpoOutcomeAdvantage(DataProto data, float epsilon = 1e-6f)
    {
        var byUid = new Dictionary<string, List<float>>();
        for (var i = 0; i < data.Uid.Length; i++)
        {
            if (!byUid.TryGetValue(data.Uid[i], out var list))
            {
                byUid[data.Uid[i]] = list = new List<float>();
            }

            list.Add(data.Scores[i]);
        }

        var result = new float[data.Uid.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var scores = byUid[data.Uid[i]];
            var mean = scores.Average();
            var std = MathF.Sqrt(scores.Sum(s => (s - mean) * (s - mean)) / (scores.Count - 1));
            result[i] = config.NormAdvByStd
                ? {|GRPO002:(data.Scores[i] - mean) / (std + epsilon)|}
                : data.Scores[i] - mean;
        }

        return result;
    }

    private Tensor AggLoss(Tensor lossMat, Tensor lossMask)
    {
        switch (config.LossAggMode)
        {
            case "token-mean":
                return (lossMat * lossMask).sum() / lossMask.sum();
            case "seq-mean-token-sum":
                return (lossMat * lossMask).sum(-1).mean();
            case "seq-mean-token-mean":
                var seqLosses = {|GRPO001:(lossMat * lossMask).sum(-1) / lossMask.sum(-1)|};
                return seqLosses.mean();
            default:
                throw new ArgumentException(config.LossAggMode);
        }
    }

    public void UpdatePolicy(DataProto data)
    {
        var advantages = tensor(ComputeGrpoOutcomeAdvantage(data)).unsqueeze(-1);
        for (var epoch = 0; epoch < config.PpoEpochs; epoch++)
        {
            var logits = module.call(data.InputIds);
            var logProb = logits.log_softmax(-1).gather(-1, data.InputIds.unsqueeze(-1)).squeeze(-1);
            var ratio = (logProb - data.OldLogProbs).clamp(-20, 20).exp();
            var pgLosses1 = -advantages * ratio;
            var pgLosses2 = -advantages * ratio.clamp(1 - config.ClipLow, 1 + config.ClipHigh);
            var pgLoss = AggLoss(maximum(pgLosses1, pgLosses2), data.ResponseMask);
            optimizer.zero_grad();
            pgLoss.backward();
            optimizer.step();
        }
    }
}
