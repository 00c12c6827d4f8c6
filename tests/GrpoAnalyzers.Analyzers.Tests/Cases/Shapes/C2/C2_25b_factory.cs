// case: C2.25
// expect: GRPO002
// shape: a static factory CreateOptimizer(kind) whose default arm is Adam
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Factory;

public enum OptimizerKind { Adam, AdamW }

public static class OptimizerFactory
{
    public static optim.Optimizer CreateOptimizer(OptimizerKind kind, IEnumerable<Parameter> parameters, double lr) => kind switch
    {
        OptimizerKind.AdamW => optim.AdamW(parameters, lr, weight_decay: 0.01),
        _ => optim.Adam(parameters, lr),
    };
}

public class FactoryTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FactoryTrainer(Module<Tensor, Tensor> policy, OptimizerKind kind, double lr)
    {
        this.policy = policy;
        optimizer = OptimizerFactory.CreateOptimizer(kind, policy.parameters(), lr);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor scores)
    {
        var groups = scores.shape[0] / 4;
        var t = scores.view(groups, 4);
        var adv = {|GRPO002:t.sub(t.mean([1], keepdim: true)).div(t.std(1, keepdim: true).add(1e-4))|}.view(-1).unsqueeze(1);
        var lp = distributions.Categorical(logits: policy.call(ids)).log_prob(ids);
        var ratio = torch.exp(lp - old);
        var objective = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask;
        var loss = objective.sum().neg() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
