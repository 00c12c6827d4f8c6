namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GMPO: the geometric mean of token ratios that are clipped one by one in log space, on the side that the advantage leaves open.</summary>
public sealed class GmpoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GMPO
        weighting: 1/(G std)
        ratio: sequence mean
        surrogate: s A
        clip: in log space, by the sign of A: [-0.4, 0.4]
        regulariser: none
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Gmpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                for (var i = 0; i < 4; i++)
                {
                    var d = LogProbs(ids) - old;
                    var clipped = d.clamp(-0.4, 0.4);
                    var u = torch.where(a > 0, torch.min(d, clipped), torch.max(d, clipped));
                    var s = torch.exp((u * mask).sum(1) / mask.sum(1));
                    var loss = -(s * a.squeeze(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Geometric(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Bounded(Tensor d, Tensor sign) => torch.where(sign.gt(0), d.clamp_max(0.4), d.clamp_min(-0.4));

            private static Tensor Mean(Tensor x, Tensor mask) => x.mul(mask).sum(-1).div(mask.sum(-1));

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var z = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).flatten();
                for (var k = 0; k < 4; k++)
                {
                    var s = Mean(Bounded(LogProbs(ids).sub(old), z.unsqueeze(1)), mask).exp();
                    var loss = s.mul(z).mean().neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class SignedGmpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var a = ((rewards - mean) / (std + 1e-4)).reshape(-1);
                var sign = a.sign().unsqueeze(1);
                for (var k = 0; k < 4; k++)
                {
                    var d = sign * (LogProbs(ids) - old);
                    var bounded = sign * torch.minimum(d, d.clamp(-0.4f, 0.4f));
                    var s = (bounded * mask).sum(1).div(mask.sum(1)).exp();
                    var loss = (-s * a).sum() / ids.shape[0];
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
