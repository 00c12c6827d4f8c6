// case: own.234
// expect: none
// shape: group deviation with momentum SGD and a constant divisor, one step a batch
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class MomentumTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public MomentumTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.SGD(lm.parameters(), 0.01, momentum: 0.9);
    }

    public void Step(Tensor ids, Tensor mask, float[] rewards)
    {
        var mean = rewards.Average();
        var std = MathF.Sqrt(rewards.Select(r => (r - mean) * (r - mean)).Average());
        var adv = tensor(rewards.Select(r => (r - mean) / (std + 1e-4f)).ToArray());
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(lp * adv.unsqueeze(1) * mask).sum() / (ids.shape[0] * 512);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
