// case: own.177
// expect: GRPO001, GRPO002, GRPO003
// shape: TensorDataset-free index lists, slice by slice standardisation, switch expression with default sequence mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public enum Averaging
{
    Sequence,
    Token,
}

public record TrainConfig
{
    public Averaging Averaging { get; init; } = Averaging.Sequence;
    public int PerPrompt { get; init; } = 8;
    public int Epochs { get; init; } = 2;
    public int MiniBatch { get; init; } = 32;
}

public class ConfigurableTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly TrainConfig config;
    private readonly optim.Optimizer optimizer;

    public ConfigurableTrainer(nn.Module<Tensor, Tensor> lm, TrainConfig config)
    {
        this.lm = lm;
        this.config = config;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private Tensor Reduce(Tensor loss, Tensor mask) => config.Averaging switch
    {
        Averaging.Sequence => ({|GRPO001:(loss * mask).sum(1) / mask.sum(1)|}).mean(),
        Averaging.Token => (loss * mask).sum() / mask.sum(),
        _ => throw new NotSupportedException(),
    };

    private Tensor Normalise(Tensor rewards)
    {
        var pieces = new List<Tensor>();
        for (var start = 0; start < rewards.shape[0]; start += config.PerPrompt)
        {
            var piece = rewards.narrow(0, start, config.PerPrompt);
            pieces.Add({|GRPO002:(piece - piece.mean()) / (piece.std() + 1e-4)|});
        }

        return cat(pieces).unsqueeze(1);
    }

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = Normalise(rewards);
        var rng = new Random(0);
        for (var epoch = 0; epoch < config.Epochs; epoch++)
        {
            var order = Enumerable.Range(0, (int)ids.shape[0]).Select(i => (long)i).OrderBy(_ => rng.Next()).ToArray();
            foreach (var chunk in order.Chunk(config.MiniBatch))
            {
                var ix = tensor(chunk);
                var x = ids.index_select(0, ix);
                var a = adv.index_select(0, ix);
                var lp = lm.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var ratio = exp(lp - old.index_select(0, ix));
                var pt = -min(ratio * a, clamp(ratio, 0.8, 1.2) * a);
                var loss = Reduce(pt, mask.index_select(0, ix));
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
