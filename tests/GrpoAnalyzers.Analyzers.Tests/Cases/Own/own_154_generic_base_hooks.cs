// case: own.154
// expect: GRPO001, GRPO002, GRPO003
// shape: abstract generic base trainer runs the passes, derived class supplies the loss and the advantages
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public abstract class OnPolicyTrainer<TBatch> where TBatch : class
{
    protected readonly nn.Module<Tensor, Tensor> Policy;
    private readonly optim.Optimizer optimizer;

    protected OnPolicyTrainer(nn.Module<Tensor, Tensor> policy, double lr)
    {
        Policy = policy;
        optimizer = new TorchSharp.Modules.AdamW(new[] { new TorchSharp.Modules.AdamW.ParamGroup(policy.parameters()) }, lr);
    }

    protected abstract TBatch Collect();
    protected abstract void Prepare(TBatch batch);
    protected abstract Tensor Loss(TBatch batch);

    public void Iterate(int iterations, int reuse)
    {
        for (var it = 0; it < iterations; it++)
        {
            var batch = Collect();
            Prepare(batch);
            var k = 0;
            while (k < reuse)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = Loss(batch);
                loss.backward();
                {|GRPO003:optimizer.step()|};
                k++;
            }
        }
    }
}

public sealed class CodeBatch
{
    public required Tensor Input { get; init; }
    public required Tensor Mask { get; init; }
    public required Tensor OldLogProbs { get; init; }
    public required Tensor TestsPassed { get; init; }
    public Tensor? Advantage { get; set; }
}

public sealed class CodeTrainer : OnPolicyTrainer<CodeBatch>
{
    private const long SamplesPerTask = 16;
    private readonly Func<CodeBatch> collect;

    public CodeTrainer(nn.Module<Tensor, Tensor> policy, Func<CodeBatch> collect)
        : base(policy, 5e-7) => this.collect = collect;

    protected override CodeBatch Collect() => collect();

    protected override void Prepare(CodeBatch batch)
    {
        var tasks = batch.TestsPassed.view(-1, SamplesPerTask);
        var (sigma, mu) = tasks.std_mean(1L, true, true);
        batch.Advantage = {|GRPO002:(tasks - mu) / (sigma + 1e-4)|}.view(-1, 1).detach();
    }

    protected override Tensor Loss(CodeBatch batch)
    {
        var lp = Policy.call(batch.Input).log_softmax(-1).gather(-1, batch.Input.unsqueeze(-1)).squeeze(-1);
        var r = (lp - batch.OldLogProbs).exp();
        var a = batch.Advantage!;
        var token = torch.max(-a * r, -a * r.clamp(0.8, 1.2)) * batch.Mask;
        var n = batch.Mask.sum(1);
        return {|GRPO001:token.sum(1).div(n)|}.mean();
    }
}
