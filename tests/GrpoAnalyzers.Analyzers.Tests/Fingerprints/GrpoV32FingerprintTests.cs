namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GRPO as DeepSeek-V3.2 states it: centred advantages, an off-policy mask on sequences, k3 weighted by the ratio outside that mask.</summary>
public sealed class GrpoV32FingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GRPO (v3.2)
        weighting: M/(G |o|)
        ratio: token
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: ratio x k3 x 0.02
        advantage: r - group mean
        updates: 2
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public class Trainer
        {
            private readonly nn.Module<Tensor, Tensor> policy;
            private readonly optim.Optimizer optimizer;

            public Trainer(nn.Module<Tensor, Tensor> policy)
            {
                this.policy = policy;
                optimizer = optim.AdamW(policy.parameters(), 1e-6);
            }

            private Tensor LogProbs(Tensor tokens) => policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor reference, Tensor rewards)
            {
                var advantages = (rewards - rewards.mean([1], keepdim: true)).view(-1, 1);
                for (var epoch = 0; epoch < 2; epoch++)
                {
                    var logProbs = LogProbs(tokens);
                    var ratio = (logProbs - old).exp();
                    var drift = ((old - logProbs.detach()) * mask).sum(1, keepdim: true) / mask.sum(1, keepdim: true);
                    var keep = torch.logical_not((advantages < 0) & (drift > 0.5)).to(ScalarType.Float32);
                    var policyLoss = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages) * keep;
                    var gap = reference - logProbs;
                    var kl = ratio * (gap.exp() - gap - 1);
                    var loss = (((policyLoss + 0.02 * kl) * mask).sum(1) / mask.sum(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class SparseTrainer(nn.Module<Tensor, Tensor> net)
        {
            private readonly optim.Optimizer opt = optim.AdamW(net.parameters());

            private static Tensor PerSequence(Tensor values, Tensor mask) => values.mul(mask).sum(-1).div(mask.sum(-1));

            private static Tensor Unbiased(Tensor now, Tensor frozen, Tensor s)
            {
                var d = now.sub(frozen);
                return s.mul(d.neg().exp().add(d).sub(1));
            }

            public void Fit(Tensor ids, Tensor mask, Tensor before, Tensor frozen, Tensor rewards)
            {
                var centred = rewards.sub(rewards.mean([-1], true)).reshape(-1, 1);
                for (var k = 0; k < 2; k++)
                {
                    var now = net.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var s = now.sub(before).exp();
                    var gone = PerSequence(before.sub(now.detach()), mask).gt(0.5).unsqueeze(-1).logical_and(centred.lt(0));
                    var gain = torch.minimum(s.mul(centred), s.clip(0.8, 1.2).mul(centred)).masked_fill(gone, 0);
                    var loss = PerSequence(gain.neg(), mask).mean().add(PerSequence(Unbiased(now, frozen, s), mask).mean().mul(0.02));
                    opt.zero_grad();
                    loss.backward();
                    opt.step();
                }
            }
        }
        """,
        """
        public static class V32
        {
            public static Tensor Loss(Tensor lp, Tensor old, Tensor reference, Tensor advantage, Tensor mask, double delta = 0.5, double beta = 0.02)
            {
                var s = torch.exp(lp - old);
                var lengths = mask.sum(1);
                var divergence = ((old - lp).detach() * mask).sum(1) / lengths;
                var dropped = torch.logical_and(advantage < 0, divergence > delta);
                var objective = torch.where(dropped.unsqueeze(1), torch.zeros_like(s), torch.min(s * advantage.unsqueeze(1), s.clamp(0.8, 1.2) * advantage.unsqueeze(1)));
                var gap = reference - lp;
                var penalty = s * (torch.exp(gap) - gap - 1.0);
                return (((beta * penalty - objective) * mask).sum(1) / lengths).mean();
            }
        }

        public sealed class Runner(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            public void Run(Tensor ids, Tensor mask, Tensor old, Tensor reference, Tensor rewards)
            {
                var advantage = (rewards - rewards.mean([1]).unsqueeze(1)).flatten();
                for (var i = 0; i < 2; i++)
                {
                    var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var loss = V32.Loss(lp, old, reference, advantage, mask);
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
