// case: own.407
// expect: GRPO001, GRPO002, GRPO003
// shape: struct samples, float arrays, ragged rows in for loops
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Tavern.Ai;

public struct BarkSample
{
    public int PromptLength;
    public long[] Tokens;      // prompt followed by the line the NPC says
    public float[] OldLogp;    // one per generated token
    public float Score;        // writer's score
    public float Advantage;
}

public interface IBarkSource
{
    BarkSample[] RollScene(nn.Module<Tensor, Tensor> policy, int sceneId, int count);
}

public sealed class BarkTrainer
{
    const int Takes = 8;
    const int Passes = 3;
    const float ClipRange = 0.2f;

    readonly nn.Module<Tensor, Tensor> _net;
    readonly optim.Optimizer _opt;
    readonly IBarkSource _source;

    public BarkTrainer(nn.Module<Tensor, Tensor> net, IBarkSource source)
    {
        _net = net;
        _source = source;
        _opt = optim.AdamW(net.parameters(), lr: 2e-6, weight_decay: 0.01);
    }

    public void Run(int scenes)
    {
        for (int s = 0; s < scenes; s++)
        {
            BarkSample[] takes = _source.RollScene(_net, s, Takes);
            FillAdvantages(takes);
            for (int pass = 0; pass < Passes; pass++)
            {
                using var scope = NewDisposeScope();
                _opt.zero_grad();
                Tensor total = zeros(1);
                for (int i = 0; i < takes.Length; i++)
                    total = total + TakeLoss(in takes[i]);
                (total / takes.Length).sum().backward();
                nn.utils.clip_grad_norm_(_net.parameters(), 1.0);
                {|GRPO003:_opt.step()|};
            }
        }
    }

    static void FillAdvantages(Span<BarkSample> takes)
    {
        float mean = 0f;
        for (int i = 0; i < takes.Length; i++) mean += takes[i].Score;
        mean /= takes.Length;

        float sq = 0f;
        for (int i = 0; i < takes.Length; i++)
        {
            float d = takes[i].Score - mean;
            sq += d * d;
        }
        float sigma = MathF.Sqrt(sq / (takes.Length - 1));

        for (int i = 0; i < takes.Length; i++)
            takes[i].Advantage = {|GRPO002:(takes[i].Score - mean) / (sigma + 1e-4f)|};
    }

    Tensor TakeLoss(in BarkSample take)
    {
        int n = take.OldLogp.Length;
        Tensor ids = tensor(take.Tokens).unsqueeze(0);
        Tensor logits = _net.call(ids).squeeze(0);
        Tensor rows = logits.narrow(0, take.PromptLength - 1, n);
        Tensor said = ids.squeeze(0).narrow(0, take.PromptLength, n);
        Tensor logp = rows.log_softmax(-1).gather(1, said.unsqueeze(1)).squeeze(1);

        Tensor ratio = (logp - tensor(take.OldLogp)).exp();
        Tensor free = ratio * take.Advantage;
        Tensor held = ratio.clamp(1f - ClipRange, 1f + ClipRange) * take.Advantage;
        Tensor gain = torch.minimum(free, held).sum();
        return {|GRPO001:-gain / n|};
    }
}
