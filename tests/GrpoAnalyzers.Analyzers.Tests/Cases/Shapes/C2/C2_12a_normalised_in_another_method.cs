// case: C2.12
// expect: GRPO002
// shape: the normalisation is a private method of the same type; its result travels as List<float>
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace OtherMethod;

public class MethodTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public MethodTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    private List<float> Score(IEnumerable<float> group)
    {
        var values = group.ToList();
        var mu = values.Sum() / values.Count;
        var ss = values.Select(v => v - mu).Select(d => d * d).Sum();
        var sd = (float)Math.Sqrt(ss / values.Count);
        return values.ConvertAll(v => {|GRPO002:(v - mu) / (sd + 1e-4f)|});
    }

    public void Update(Tensor ids, Tensor mask, float[] rewards)
    {
        var adv = torch.tensor(Score(rewards).ToArray()).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - lp.detach()).exp();
        var loss = -(ratio * adv * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
