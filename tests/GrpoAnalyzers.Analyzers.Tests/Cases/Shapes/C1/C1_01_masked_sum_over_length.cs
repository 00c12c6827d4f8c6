// case: C1.01
// expect: GRPO001
// shape: the textbook form, k3 penalty against a reference and a group-mean baseline
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Reasoner;

public sealed class GrpoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> reference;
    private readonly optim.Optimizer optimizer;
    private const double ClipEps = 0.2;
    private const double Beta = 0.04;

    public GrpoTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> reference, double lr = 1e-5)
    {
        this.policy = policy;
        this.reference = reference;
        optimizer = optim.AdamW(policy.parameters(), lr: lr, beta1: 0.9, beta2: 0.95);
    }

    private static Tensor TokenLogProbs(Module<Tensor, Tensor> model, Tensor tokens)
    {
        var logits = model.call(tokens);
        return functional.log_softmax(logits, -1).gather(2, tokens.unsqueeze(-1)).squeeze(-1);
    }

    /// <summary>tokens [B,T], mask [B,T], old log-probabilities [B,T], rewards [B] in groups of <paramref name="groupSize"/>.</summary>
    public float Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards, long groupSize)
    {
        using var scope = NewDisposeScope();
        var grouped = rewards.view(-1, groupSize);
        var A = (grouped - grouped.mean(new[] { 1L }, keepdim: true)).view(-1, 1);

        Tensor refLp;
        using (no_grad())
            refLp = TokenLogProbs(reference, tokens);

        var lp = TokenLogProbs(policy, tokens);
        var r = (lp - old).exp();
        var pt = -torch.min(r * A, r.clamp(1 - ClipEps, 1 + ClipEps) * A);
        var delta = refLp - lp;
        var kl = delta.exp() - delta - 1;
        pt = pt + Beta * kl;
        var loss = ({|GRPO001:(pt * mask).sum(-1) / mask.sum(-1)|}).mean();

        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
        optimizer.step();
        return loss.ToSingle();
    }
}
