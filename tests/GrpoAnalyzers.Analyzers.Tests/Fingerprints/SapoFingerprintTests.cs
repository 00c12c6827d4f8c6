namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>SAPO: a sigmoid of the ratio in place of the clip, cooler for negative advantages, one over G and the own length.</summary>
public sealed class SapoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: SAPO
        weighting: 1/(G |o| std)
        ratio: token
        surrogate: sigmoid gate of s, times A
        clip: soft, temperature 1 and 1.05 by the sign of A
        regulariser: none
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: no clip stops the gradient
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Sapo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                var tau = torch.where(a > 0, torch.full_like(a, 1.0), torch.full_like(a, 1.05));
                for (var i = 0; i < 4; i++)
                {
                    var ratio = (LogProbs(ids) - old).exp();
                    var gate = torch.sigmoid(tau * (ratio - 1)) * (4 / tau);
                    var loss = ((-gate * a * mask).sum(1) / mask.sum(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Soft(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Gate(Tensor ratio, Tensor tau) => ratio.sub(1).mul(tau).sigmoid().mul(4).div(tau);

            private static Tensor RowMean(Tensor x, Tensor mask) => x.mul(mask).sum(-1).div(mask.sum(-1).clamp_min(1));

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var z = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).flatten().unsqueeze(-1);
                var tau = torch.where(z.gt(0), torch.tensor(1.0), torch.tensor(1.05));
                for (var k = 0; k < 4; k++)
                {
                    var loss = RowMean(Gate(LogProbs(ids).sub(old).exp(), tau).mul(z), mask).mean().neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class SoftWhere(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private const float Positive = 1f, Negative = 1.05f;

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var a = ((rewards - mean) / (std + 1e-4)).reshape(-1, 1);
                var temperature = torch.ones_like(a).masked_fill(a <= 0, Negative);
                var epoch = 0;
                do
                {
                    var d = torch.exp(LogProbs(ids) - old) - 1;
                    var f = 4 * torch.sigmoid(d * temperature) / temperature;
                    var loss = -((f * a * mask).sum(1) / mask.sum(1)).sum() / mask.shape[0];
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
                while (++epoch < 4);
            }
        }
        """,
    ];
}
