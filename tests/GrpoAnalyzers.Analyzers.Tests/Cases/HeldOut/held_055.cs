// case: held.055
// expect: GRPO001
// shape: speech generation: masked where, sums over the last axis, lengths by logical_not of the padding
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SpeechTrainer
{
    private readonly nn.Module<Tensor, Tensor> codec;
    private readonly optim.Optimizer optimizer;

    public SpeechTrainer(nn.Module<Tensor, Tensor> codec)
    {
        this.codec = codec;
        optimizer = optim.Adam(codec.parameters(), lr: 1e-5);
    }

    public void Step(Tensor audio, Tensor padding, Tensor quality)
    {
        var advantage = quality.sub(quality.mean()).unsqueeze(-1);
        var lp = codec.call(audio).log_softmax(-1).gather(-1, audio.unsqueeze(-1)).squeeze(-1);
        var term = where(padding, zeros_like(lp), lp * advantage);
        var frames = padding.logical_not().to_type(ScalarType.Float32).sum(-1);
        var loss = ({|GRPO001:term.sum(-1) / frames|}).mean() * -1.0;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
