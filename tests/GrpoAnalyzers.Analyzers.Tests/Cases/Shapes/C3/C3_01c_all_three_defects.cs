// case: C3.01
// expect: GRPO001, GRPO002, GRPO003
// shape: the published recipe as it is: group std, sequence mean, mu = 4
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace AllThree;

public sealed class PublishedGrpo
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> reference;
    private readonly optim.Optimizer optimizer;

    public int GroupSize { get; }

    public int Mu { get; } = 4;

    public PublishedGrpo(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> reference, int groupSize, double lr)
    {
        this.policy = policy;
        this.reference = reference;
        GroupSize = groupSize;
        optimizer = optim.AdamW(policy.parameters(), lr, beta1: 0.9, beta2: 0.95, weight_decay: 0.1);
    }

    private static Tensor Select(Tensor logits, Tensor ids) =>
        logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public float Update(Tensor prompts, Tensor completions, Tensor mask, Tensor rewards)
    {
        using var scope = NewDisposeScope();
        var full = torch.cat([prompts, completions], 1);
        long p = prompts.shape[1], t = completions.shape[1];
        var r = rewards.view(-1, GroupSize);
        var adv = ({|GRPO002:(r - r.mean([1], keepdim: true)) / (r.std(1, keepdim: true) + 1e-4)|}).view(-1, 1);

        Tensor old, refs;
        using (no_grad())
        {
            old = Select(policy.call(full).narrow(1, p - 1, t), completions);
            refs = Select(reference.call(full).narrow(1, p - 1, t), completions);
        }

        var last = 0f;
        for (int i = 0; i < Mu; i++)
        {
            var lp = Select(policy.call(full).narrow(1, p - 1, t), completions);
            var ratio = (lp - old).exp();
            var surrogate = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var gap = refs - lp;
            var pt = surrogate - 0.04 * (gap.exp() - gap - 1);
            var loss = -({|GRPO001:(pt * mask).sum(1) / mask.sum(1)|}).mean();
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(policy.parameters(), 0.1);
            {|GRPO003:optimizer.step()|};
            last = loss.ToSingle();
        }

        return last;
    }
}
