namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>DRO: log-probability times advantage, held by half the square of the log-ratio.</summary>
public sealed class DroFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: DRO
        weighting: 1/(sum|o| std)
        ratio: none (log-probability)
        surrogate: log pi A
        clip: none
        regulariser: k2 x 0.1
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: no clip stops the gradient
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Dro(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var lp = LogProbs(ids);
                    var loss = -((a * lp - 0.5 * 0.1 * (lp - old).pow(2)) * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Held(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor TokenMean(Tensor x, Tensor mask) => x.mul(mask).sum().div(mask.sum());

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                const double beta = 0.1;
                var a = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).flatten().unsqueeze(-1);
                for (var k = 0; k < 4; k++)
                {
                    var lp = LogProbs(ids);
                    var penalty = lp.sub(old).square().div(2);
                    var loss = TokenMean(lp.mul(a).neg(), mask).add(TokenMean(penalty, mask).mul(beta));
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class PackedHeld(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor owner, Tensor old, Tensor rewards)
            {
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var a = ((rewards - mean) / (std + 1e-4)).reshape(-1).index_select(0, owner);
                for (var k = 0; k < 4; k++)
                {
                    var lp = LogProbs(ids);
                    var d = lp - old;
                    var loss = (0.05 * (d * d) - lp * a).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
