// case: held.044
// expect: none
// shape: weight standardisation, batch norm and layer norm live in the network, advantages are centred
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class StandardisedLinear : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Parameter weight;
    private readonly TorchSharp.Modules.LayerNorm norm;

    public StandardisedLinear(long inputs, long outputs)
        : base("ws")
    {
        weight = nn.Parameter(rand(outputs, inputs));
        norm = nn.LayerNorm(outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var mean = weight.mean(new long[] { 1 }, keepdim: true);
        var std = weight.std(1, keepdim: true) + 1e-5;
        return norm.call(x.matmul(((weight - mean) / std).transpose(0, 1)));
    }
}

public class StandardisedTrainer
{
    private readonly StandardisedLinear policy = new(16, 4);
    private readonly optim.Optimizer optimizer;

    public StandardisedTrainer() => optimizer = optim.AdamW(policy.parameters(), lr: 1e-3);

    public void Learn(Tensor x, Tensor arm, Tensor payoff)
    {
        var lp = policy.call(x).log_softmax(1).gather(1, arm.unsqueeze(1)).squeeze(1);
        var loss = -((payoff - payoff.mean()) * lp).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
