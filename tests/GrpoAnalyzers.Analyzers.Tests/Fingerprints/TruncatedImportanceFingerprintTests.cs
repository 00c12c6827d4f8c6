namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>DAPO with the truncated weight that corrects for an inference engine's own probabilities.</summary>
public sealed class TruncatedImportanceFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: DAPO
        weighting: rho/(sum|o| std)
        ratio: token; rho the stopped token ratio to the sampler, from above, 2
        surrogate: min(s A, clip(s) A)
        clip: asymmetric, [0.8, 1.28]
        regulariser: none
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Corrected(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor sampler, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                var correction = (old - sampler).exp().clamp_max(2).detach();
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var s = (LogProbs(ids) - old).exp();
                    var perToken = -torch.min(s * a, s.clamp(0.8, 1.28) * a) * correction;
                    var loss = (perToken * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Truncated(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Truncate(Tensor old, Tensor engine) => old.sub(engine).exp().clamp(max: 2.0);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor engine, Tensor rewards)
            {
                var a = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).flatten().unsqueeze(-1);
                for (var k = 0; k < 4; k++)
                {
                    var s = LogProbs(ids).sub(old).exp();
                    var objective = s.mul(a).minimum(s.clip(1 - 0.2, 1 + 0.28).mul(a)).mul(Truncate(old, engine));
                    var loss = objective.mul(mask).sum().div(mask.sum()).neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class PackedCorrection(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor owner, Tensor old, Tensor sampled, Tensor rewards)
            {
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var a = ((rewards - mean) / (std + 1e-4)).reshape(-1).index_select(0, owner);
                var rho = torch.clamp(torch.exp(old - sampled), max: 2);
                for (var k = 0; k < 4; k++)
                {
                    var s = torch.exp(LogProbs(ids) - old);
                    var loss = (rho * torch.max(-s * a, -torch.clamp(s, 0.8f, 1.28f) * a)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
