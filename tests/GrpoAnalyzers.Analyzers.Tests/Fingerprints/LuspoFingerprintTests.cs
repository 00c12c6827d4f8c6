namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>LUSPO: the sequence ratio of GSPO with each sequence weighted by its length.</summary>
public sealed class LuspoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: LUSPO
        weighting: |o|/(G std)
        ratio: sequence mean
        surrogate: min(s A, clip(s) A)
        clip: asymmetric, [0.998, 1.0025]
        regulariser: none
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Luspo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).flatten();
                var lengths = mask.sum(1);
                for (var i = 0; i < 4; i++)
                {
                    var s = torch.exp(((LogProbs(ids) - old) * mask).sum(1) / lengths);
                    var loss = (-torch.min(s * a, s.clamp(1 - 2e-3, 1 + 2.5e-3) * a) * lengths).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Lengthy(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Gain(Tensor s, Tensor a) => s.mul(a).minimum(s.clip(0.998, 1.0025).mul(a));

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var z = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).view(-1);
                for (var k = 0; k < 4; k++)
                {
                    var log = LogProbs(ids).sub(old).mul(mask);
                    var s = log.sum(-1).div(mask.sum(-1)).exp();
                    var loss = Gain(s, z).mul(mask.sum(-1)).mean().neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class RowsByCount(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var a = ((rewards - mean) / (std + 1e-4)).reshape(-1);
                foreach (var _ in Enumerable.Range(0, 4))
                {
                    var count = mask.sum(-1);
                    var s = (((LogProbs(ids) - old) * mask).sum(-1) * count.reciprocal()).exp();
                    var perSequence = torch.max(-s * a, -s.clamp(0.998, 1.0025) * a);
                    var loss = (perSequence * count).sum() / ids.shape[0];
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
