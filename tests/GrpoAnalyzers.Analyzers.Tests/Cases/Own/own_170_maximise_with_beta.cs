// case: own.170
// expect: GRPO001, GRPO002, GRPO003
// shape: maximize: true optimiser, KL to the reference inside the row mean, split locals and using declarations
using System;
using TorchSharp;
using static TorchSharp.torch;

public class EthicsTuner
{
    private readonly nn.Module<Tensor, Tensor> policy, reference;
    private readonly optim.Optimizer ascent;
    private readonly float beta;
    public int NumIterations = 3;

    public EthicsTuner(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference, float beta = 0.04f)
    {
        this.policy = policy;
        this.reference = reference;
        this.beta = beta;
        ascent = optim.Adam(policy.parameters(), lr: 1e-6, maximize: true);
    }

    private static Tensor Score(nn.Module<Tensor, Tensor> m, Tensor ids)
    {
        using var logits = m.call(ids);
        using var logs = logits.log_softmax(-1);
        return logs.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
    }

    public void Step(Tensor ids, Tensor mask, Tensor rewards, int n)
    {
        using var table = rewards.view(-1, n);
        using var mean = table.mean(new[] { 1L }, keepdim: true);
        using var std = table.std(1, keepdim: true);
        using var diff = table - mean;
        using var denominator = std + 1e-4;
        using var norm = {|GRPO002:diff / denominator|};
        using var adv = norm.view(-1, 1);
        Tensor old, refLp;
        using (no_grad())
        {
            old = Score(policy, ids);
            refLp = Score(reference, ids);
        }

        for (var i = 0; i < NumIterations; i++)
        {
            using var lp = Score(policy, ids);
            using var ratio = (lp - old).exp();
            using var clipped = ratio.clamp(0.8, 1.2);
            using var gain = torch.min(ratio * adv, clipped * adv);
            using var kl = (refLp - lp).exp() - (refLp - lp) - 1;
            using var num = ((gain - beta * kl) * mask).sum(1);
            using var len = mask.sum(1);
            using var objective = {|GRPO001:num / len|};
            ascent.zero_grad();
            objective.mean().backward();
            {|GRPO003:ascent.step()|};
        }
    }
}
