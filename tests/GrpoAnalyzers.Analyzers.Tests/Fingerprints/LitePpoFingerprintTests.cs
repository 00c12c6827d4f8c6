namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>Lite PPO: centred by the group, divided by the batch's deviation, averaged over all tokens.</summary>
public sealed class LitePpoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: Lite PPO
        weighting: 1/(sum|o| std_batch)
        ratio: token
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: none
        advantage: (r - group mean) / (batch std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class LitePpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std() + 1e-4)).view(-1, 1);
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var s = (LogProbs(ids) - old).exp();
                    var loss = -(torch.min(s * a, s.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Chained(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private const int Completions = 8;

            private static Tensor Estimate(Tensor scores)
            {
                var groups = scores.view(-1, Completions);
                return groups.sub(groups.mean([-1], true)).div(scores.std().add(1e-4)).flatten().unsqueeze(-1);
            }

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor scores)
            {
                var weights = Estimate(scores);
                foreach (var _ in Enumerable.Range(0, 4))
                {
                    var s = LogProbs(ids).sub(old).exp();
                    var loss = s.mul(weights).minimum(s.clip(0.8, 1.2).mul(weights)).mul(mask).sum().div(mask.sum().clamp_min(1)).neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class PackedTokens(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor owner, Tensor old, Tensor rewards)
            {
                var spread = torch.sqrt(rewards.var()) + 1e-4;
                var centred = rewards - rewards.mean([1]).unsqueeze(1);
                var a = (centred / spread).reshape(-1).index_select(0, owner);
                for (var k = 1; k <= 4; ++k)
                {
                    var s = torch.exp(LogProbs(ids) - old);
                    var loss = torch.max(-s * a, -s.clamp(0.8f, 1.2f) * a).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
