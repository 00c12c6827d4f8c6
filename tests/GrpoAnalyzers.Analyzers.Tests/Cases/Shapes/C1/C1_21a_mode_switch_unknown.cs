// case: C1.21
// expect: GRPO001
// shape: the loss type is a string parameter: the arm "grpo" may run
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Modes;

public class ModalTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly string lossType;
    private readonly long maxLength;

    public ModalTrainer(Module<Tensor, Tensor> policy, string lossType, long maxLength)
    {
        this.policy = policy;
        this.lossType = lossType;
        this.maxLength = maxLength;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    private Tensor Aggregate(Tensor pt, Tensor m) => lossType switch
    {
        "grpo" => ({|GRPO001:(pt * m).sum(1) / m.sum(1)|}).mean(),
        "dapo" => (pt * m).sum() / m.sum(),
        "dr_grpo" => (pt * m).sum() / (pt.shape[0] * maxLength),
        _ => throw new ArgumentException("unknown loss type " + lossType),
    };

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var r = (lp - old).exp();
        var pt = -torch.min(r * adv.unsqueeze(1), r.clamp(0.8, 1.28) * adv.unsqueeze(1));
        var loss = Aggregate(pt, mask);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
