// case: own.417
// expect: GRPO003
// shape: games style, packed tokens with offsets, centred rewards, do-while passes
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace CardForge;

public struct PackedDecks
{
    public Tensor Context;      // [sum T, C] encoded state at each drafted card
    public Tensor Card;         // [sum T]
    public Tensor OldLogp;      // [sum T]
    public int[] Offset;        // first row of deck i, one extra at the end
    public float[] WinRate;     // one for each deck
    public int DecksPerSeed;
}

public sealed class DeckTuner
{
    readonly TorchSharp.Modules.Sequential net;
    readonly optim.Optimizer adam;
    readonly Func<TorchSharp.Modules.Sequential, PackedDecks> draft;
    public int Passes;

    public DeckTuner(int features, int cards, int passes, Func<TorchSharp.Modules.Sequential, PackedDecks> draft)
    {
        net = nn.Sequential(nn.Linear(features, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, cards));
        adam = optim.Adam(net.parameters(), lr: 1e-4, beta1: 0.9, beta2: 0.95);
        Passes = passes;
        this.draft = draft;
    }

    public void Season(int weeks)
    {
        for (int week = 0; week < weeks; ++week)
        {
            PackedDecks d = draft(net);
            Tensor adv = tensor(SpreadToRows(in d));
            int pass = 0;
            do
            {
                Improve(in d, adv);
            }
            while (++pass < Passes);
        }
    }

    static float[] SpreadToRows(in PackedDecks d)
    {
        var rows = new float[d.Offset[^1]];
        for (int first = 0; first < d.WinRate.Length; first += d.DecksPerSeed)
        {
            ReadOnlySpan<float> seed = d.WinRate.AsSpan(first, d.DecksPerSeed);
            float mean = 0f;
            foreach (float w in seed) mean += w;
            mean /= seed.Length;
            for (int i = 0; i < seed.Length; i++)
                rows.AsSpan(d.Offset[first + i]..d.Offset[first + i + 1]).Fill(seed[i] - mean);
        }
        return rows;
    }

    void Improve(in PackedDecks d, Tensor adv)
    {
        using var scope = NewDisposeScope();
        Tensor logp = net.forward(d.Context).log_softmax(1).gather(1, d.Card.unsqueeze(1)).squeeze(1);
        Tensor ratio = (logp - d.OldLogp).exp();
        Tensor lo = ratio.clamp(0.8, 1.2).mul_(adv);
        Tensor loss = ratio.mul(adv).minimum(lo).mean().neg();
        adam.zero_grad();
        loss.backward();
        {|GRPO003:adam.step()|};
    }
}
