namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>DPPO by total variation: a stopped, bounded weight; tokens are dropped where their probability has already moved far the advantage's way.</summary>
public sealed class DppoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: DPPO
        weighting: M/(sum|o| std)
        ratio: stopped token ratio times log-probability
        surrogate: stop(s) log pi A
        clip: of the weight, from above, 20; tokens dropped by a test
        regulariser: none
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Dppo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var lp = LogProbs(ids);
                    var weight = (lp - old).exp().clamp_max(20).detach();
                    var moved = (lp.exp() - old.exp()).detach();
                    var drop = ((a > 0) & (moved > 0.2)) | ((a < 0) & (moved < -0.2));
                    var loss = -(weight * lp * a * drop.logical_not() * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class TotalVariation(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Keep(Tensor now, Tensor old, Tensor a) => now.exp().sub(old.exp()).mul(a.sign()).le(0.2);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).flatten().unsqueeze(-1);
                for (var k = 0; k < 4; k++)
                {
                    var lp = LogProbs(ids);
                    var now = lp.detach();
                    var w = now.sub(old).exp().clamp(max: 20);
                    var loss = w.mul(a).mul(lp).mul(Keep(now, old, a).to(ScalarType.Float32)).mul(mask).sum().neg().div(mask.sum());
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class PackedVariation(nn.Module<Tensor, Tensor> model)
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
                    Tensor weight, stays;
                    using (torch.no_grad())
                    {
                        weight = torch.clamp(torch.exp(lp - old), max: 20);
                        var moved = torch.exp(lp) - torch.exp(old);
                        stays = torch.where(a > 0, moved <= 0.2, moved >= -0.2);
                    }

                    var loss = -torch.where(stays, weight * a * lp, torch.zeros_like(lp)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
