// case: own.421
// expect: GRPO002, GRPO003
// shape: games style, sum over tokens with constant scale, in-place normalisation per prompt, fixed minibatch epochs
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Dungeon.Generation;

public struct MapBatch
{
    public Tensor Tiles;      // [N, L] token ids of the level description
    public Tensor Mask;       // [N, L-1]
    public Tensor OldLogp;    // [N, L-1]
    public Tensor Playability; // [N], Variants consecutive rows share a brief
}

public sealed class MapGenTrainer
{
    const int Variants = 8;
    const int Epochs = 3;
    const int MiniBatch = 16;
    const double TokenBudget = 1024;

    readonly nn.Module<Tensor, Tensor> generator;
    readonly optim.Optimizer optimiser;

    public MapGenTrainer(nn.Module<Tensor, Tensor> generator)
    {
        this.generator = generator;
        optimiser = optim.AdamW(generator.parameters(), 3e-6, weight_decay: 0.05);
    }

    static Tensor Advantages(Tensor playability)
    {
        Tensor a = playability.clone();
        long briefs = a.shape[0] / Variants;
        for (long b = 0; b < briefs; b++)
        {
            Tensor slice = a.narrow(0, b * Variants, Variants);
            Tensor spread = slice.std();
            slice.sub_(slice.mean());
            {|GRPO002:slice.div_(spread + 1e-4)|};
        }
        return a;
    }

    Tensor Logp(Tensor tiles)
    {
        long n = tiles.shape[1] - 1;
        Tensor lp = generator.call(tiles.narrow(1, 0, n)).log_softmax(2);
        return lp.gather(2, tiles.narrow(1, 1, n).unsqueeze(2)).squeeze(2);
    }

    public void Absorb(in MapBatch batch)
    {
        using var outer = NewDisposeScope();
        Tensor adv = Advantages(batch.Playability);
        long n = batch.Tiles.shape[0];

        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            Tensor perm = randperm(n, dtype: ScalarType.Int64);
            for (long at = 0; at < n; at += MiniBatch)
            {
                using var inner = NewDisposeScope();
                long count = Math.Min(MiniBatch, n - at);
                Tensor pick = perm.narrow(0, at, count);
                Tensor mask = batch.Mask.index_select(0, pick);
                Tensor a = adv.index_select(0, pick).unsqueeze(1);

                Tensor delta = Logp(batch.Tiles.index_select(0, pick)) - batch.OldLogp.index_select(0, pick);
                Tensor ratio = (delta * mask).exp();
                Tensor gain = torch.minimum(ratio * a, ratio.clamp(0.8, 1.25) * a).mul(mask).sum();

                optimiser.zero_grad();
                Tensor loss = gain.neg() / (count * TokenBudget);
                loss.backward();
                nn.utils.clip_grad_norm_(generator.parameters(), 0.5);
                {|GRPO003:optimiser.step()|};
            }
        }
    }
}
