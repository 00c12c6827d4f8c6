namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>CPPO in the unified table: completions whose advantage is small in absolute value are left out of GRPO.</summary>
public sealed class CppoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: CPPO
        weighting: M/(G |o| std)
        ratio: token
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: k3 x 0.04
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Cppo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor reference, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                var kept = (a.abs() > 0.5).to(ScalarType.Float32);
                for (var i = 0; i < 4; i++)
                {
                    var lp = LogProbs(ids);
                    var s = (lp - old).exp();
                    var gap = reference - lp;
                    var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a) * kept + 0.04 * (gap.exp() - gap - 1);
                    var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Pruned(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor RowMean(Tensor x, Tensor mask) => x.mul(mask).sum(-1).div(mask.sum(-1));

            private static Tensor K3(Tensor lp, Tensor frozen) => frozen.sub(lp).exp().sub(frozen.sub(lp)).sub(1);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor frozen, Tensor rewards)
            {
                var z = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).flatten().unsqueeze(-1);
                var small = z.abs().le(0.3);
                for (var k = 0; k < 4; k++)
                {
                    var lp = LogProbs(ids);
                    var s = lp.sub(old).exp();
                    var gain = s.mul(z).minimum(s.clip(0.8, 1.2).mul(z)).masked_fill(small, 0);
                    var loss = RowMean(gain.neg(), mask).mean().add(RowMean(K3(lp, frozen), mask).mean().mul(0.04));
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Selective(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor reference, Tensor rewards)
            {
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var a = ((rewards - mean) / (std + 1e-4)).reshape(-1, 1);
                for (var k = 0; k < 4; k++)
                {
                    var lp = LogProbs(ids);
                    var s = torch.exp(lp - old);
                    var d = lp - reference;
                    var penalty = torch.exp(-d) + d - 1;
                    var surrogate = torch.max(-s * a, -s.clamp(0.8f, 1.2f) * a);
                    var selected = torch.where(torch.abs(a) >= 0.25, surrogate, torch.zeros_like(surrogate));
                    var loss = (((selected + 0.04f * penalty) * mask).sum(1) / mask.sum(1)).sum() / mask.shape[0];
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
