namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>Lambda-GRPO: DAPO with a weight for each completion, a softmax over standardised lengths with a learned exponent.</summary>
public sealed class LambdaGrpoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: lambda-GRPO
        weighting: G lambda/(sum|o| std)
        ratio: token
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
        public sealed class LambdaGrpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private readonly Tensor exponent = nn.Parameter(torch.ones(1));

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                var lengths = mask.sum(1);
                var z = (lengths - lengths.mean()) / lengths.std();
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var weights = lengths.shape[0] * (1 + z / 9).pow(exponent).softmax(0);
                    var s = (LogProbs(ids) - old).exp();
                    var perToken = -torch.min(s * a, s.clamp(0.8, 1.28) * a) * weights.unsqueeze(1);
                    var loss = (perToken * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class LengthPreference(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Preference(Tensor lengths, double lambda)
            {
                var z = lengths.sub(lengths.mean()).div(lengths.std());
                return nn.functional.softmax(z.div(9).add(1).pow(lambda), 0).mul(lengths.size(0));
            }

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).flatten().unsqueeze(-1);
                var share = Preference(mask.sum(-1), 0.5).unsqueeze(-1);
                for (var k = 0; k < 4; k++)
                {
                    var s = LogProbs(ids).sub(old).exp();
                    var loss = s.mul(a).minimum(s.clip(1 - 0.2, 1 + 0.28).mul(a)).mul(share).mul(mask).sum().div(mask.sum()).neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class PackedPreference(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor owner, Tensor lengths, Tensor old, Tensor rewards)
            {
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var a = ((rewards - mean) / (std + 1e-4)).reshape(-1).index_select(0, owner);
                var z = (lengths - lengths.mean()) / lengths.std();
                var g = torch.softmax(torch.pow(1 + z * 0.1, 2), 0) * lengths.shape[0];
                var w = g.index_select(0, owner);
                for (var k = 0; k < 4; k++)
                {
                    var s = torch.exp(LogProbs(ids) - old);
                    var loss = (w * torch.max(-s * a, -torch.clamp(s, 0.8f, 1.28f) * a)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
