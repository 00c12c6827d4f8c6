// case: own.411
// expect: none
// shape: games style, one epoch over disjoint shuffled minibatches, centred, constant normaliser
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Quests;

public struct QuestRollout
{
    public Tensor Ids;       // [N, L]
    public Tensor Mask;      // [N, L-1]
    public Tensor OldLogp;   // [N, L-1]
    public float[] Fun;      // play-tester bot, one per quest
}

public sealed class QuestWriter
{
    const int PerPrompt = 6;
    const int Chunk = 12;
    const float MaxTokens = 512f;

    readonly nn.Module<Tensor, Tensor> model;
    readonly TorchSharp.Modules.AdamW opt;
    readonly Random rng = new(17);
    readonly Func<nn.Module<Tensor, Tensor>, QuestRollout> play;

    public QuestWriter(nn.Module<Tensor, Tensor> model, Func<nn.Module<Tensor, Tensor>, QuestRollout> play)
    {
        this.model = model;
        this.play = play;
        opt = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Loop(int nights)
    {
        for (int night = 0; night < nights; night++)
        {
            QuestRollout roll = play(model);
            float[] adv = Baseline(roll.Fun);
            long[] order = Shuffle(adv.Length);
            for (int at = 0; at < order.Length; at += Chunk)
            {
                int end = Math.Min(at + Chunk, order.Length);
                Fit(roll, adv, order.AsSpan(at, end - at));
            }
        }
    }

    static float[] Baseline(ReadOnlySpan<float> fun)
    {
        var adv = new float[fun.Length];
        for (int g = 0; g < fun.Length; g += PerPrompt)
        {
            float sum = 0f;
            for (int i = 0; i < PerPrompt; i++) sum += fun[g + i];
            for (int i = 0; i < PerPrompt; i++) adv[g + i] = fun[g + i] - sum / PerPrompt;
        }
        return adv;
    }

    long[] Shuffle(int n)
    {
        var o = new long[n];
        for (int i = 0; i < n; i++) o[i] = i;
        for (int i = n - 1; i > 0; i--)
        {
            int j = rng.Next(i + 1);
            (o[i], o[j]) = (o[j], o[i]);
        }
        return o;
    }

    void Fit(in QuestRollout roll, float[] adv, ReadOnlySpan<long> rows)
    {
        using var scope = NewDisposeScope();
        var picked = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++) picked[i] = adv[rows[i]];

        Tensor index = tensor(rows.ToArray());
        Tensor ids = roll.Ids.index_select(0, index);
        Tensor mask = roll.Mask.index_select(0, index);
        Tensor old = roll.OldLogp.index_select(0, index);
        Tensor a = tensor(picked).unsqueeze(1);

        long L = ids.shape[1];
        Tensor logp = model.call(ids.narrow(1, 0, L - 1)).log_softmax(-1)
            .gather(2, ids.narrow(1, 1, L - 1).unsqueeze(2)).squeeze(2);
        Tensor ratio = ((logp - old) * mask).exp();
        Tensor s = torch.minimum(ratio * a, ratio.clamp(0.8f, 1.2f) * a) * mask;

        opt.zero_grad();
        Tensor loss = -s.sum() / (rows.Length * MaxTokens);
        loss.backward();
        opt.step();
    }
}
