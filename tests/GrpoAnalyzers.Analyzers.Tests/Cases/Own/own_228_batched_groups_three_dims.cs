// case: own.228
// expect: GRPO001, GRPO002, GRPO003
// shape: tensors kept as prompts x samples x tokens, reductions over named axes by constants
using System;
using TorchSharp;
using static TorchSharp.torch;

public class CubeTrainer
{
    private const long Samples = 1;
    private const long Tokens = 2;
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly uint iterations;

    public CubeTrainer(nn.Module<Tensor, Tensor> lm, uint iterations)
    {
        this.lm = lm;
        this.iterations = iterations;
        optimizer = optim.Adam(lm.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.99);
    }

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var p = rewards.shape[0];
        var s = rewards.shape[1];
        var centre = rewards - rewards.mean(new[] { Samples }, keepdim: true);
        var adv = ({|GRPO002:centre / (rewards.std(Samples, keepdim: true) + 1e-4)|}).unsqueeze(Tokens);
        for (uint i = 0; i < iterations; i++)
        {
            using var scope = NewDisposeScope();
            var flat = ids.view(p * s, -1);
            var lp = lm.call(flat).log_softmax(-1).gather(-1, flat.unsqueeze(-1)).view(p, s, -1);
            var ratio = (lp - old).exp();
            var token = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var completion = {|GRPO001:(token * mask).sum(Tokens) / mask.sum(Tokens)|};
            var loss = completion.mean(new[] { Samples }).mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
