// case: own.268
// expect: GRPO002, GRPO003
// shape: updates by recursion, switch expression, token mean; step is in the called method
using System;
using System.Collections.Immutable;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Functional.Rl;

// A functional-minded trainer: state goes in, state comes out, loops are recursion.
public sealed record Sampled(Tensor Ids, Tensor Mask, Tensor OldLogp, Tensor Advantage);

public sealed record Progress(int Steps, double LastLoss, ImmutableList<double> Losses)
{
    public static readonly Progress Start = new(0, 0, ImmutableList<double>.Empty);
    public Progress Next(double loss) => this with { Steps = Steps + 1, LastLoss = loss, Losses = Losses.Add(loss) };
}

public sealed class RecursiveTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public RecursiveTrainer(nn.Module<Tensor, Tensor> model) =>
        (this.model, optimizer) = (model, optim.AdamW(model.parameters(), lr: 2e-5));

    public Progress Learn(Tensor ids, Tensor mask, Tensor rewards, int groupSize) =>
        Repeat(new Sampled(ids, mask, Old(ids), Normalise(rewards, groupSize)), updates: 4, Progress.Start);

    private Progress Repeat(Sampled data, int updates, Progress sofar) =>
        updates == 0 ? sofar : Repeat(data, updates - 1, sofar.Next(Once(data)));

    private double Once(Sampled data)
    {
        var loss = Loss(data);
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        return loss.ToDouble();
    }

    private Tensor Loss(Sampled d)
    {
        var ratio = (LogP(d.Ids) - d.OldLogp).exp();
        var gain = torch.min(ratio * d.Advantage, ratio.clamp(0.8, 1.2) * d.Advantage);
        return -(gain * d.Mask).sum() / d.Mask.sum();
    }

    private static Tensor Normalise(Tensor rewards, int groupSize) => rewards.view(-1, groupSize) switch
    {
        var t => ({|GRPO002:(t - t.mean(new[] { 1L }, true)) / (t.std(1, keepdim: true) + 1e-4)|}).view(-1, 1)
    };

    private Tensor Old(Tensor ids)
    {
        using var _ = no_grad();
        return LogP(ids);
    }

    private Tensor LogP(Tensor ids) =>
        model.call(ids.narrow(1, 0, ids.shape[1] - 1))
             .log_softmax(-1)
             .gather(-1, ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1))
             .squeeze(-1);
}
