namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>REINFORCE++: returns of every token with a divergence inside the reward, whitened over the batch's tokens, then PPO's clip.</summary>
public sealed class ReinforcePlusPlusFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: REINFORCE++
        weighting: 1/(sum|o| std_batch)
        ratio: token
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: k1 x 0.001 in the reward
        advantage: (r - batch mean) / (batch std + 1e-8)
        updates: 1
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: one update a rollout
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class ReinforcePlusPlus(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor last, Tensor old, Tensor reference, Tensor rewards)
            {
                var perToken = rewards.unsqueeze(1) * last - 0.001 * (old - reference) * mask;
                var returns = perToken.flip(1).cumsum(1).flip(1);
                var mean = (returns * mask).sum() / mask.sum();
                var variance = ((returns - mean).pow(2) * mask).sum() / (mask.sum() - 1);
                var a = (returns - mean) * (variance + 1e-8).rsqrt();
                var s = (LogProbs(ids) - old).exp();
                var loss = -(torch.min(s * a, s.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class TokenWhitening(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Mean(Tensor x, Tensor mask) => x.mul(mask).sum().div(mask.sum());

            private static Tensor Whiten(Tensor x, Tensor mask)
            {
                var centred = x.sub(Mean(x, mask));
                return centred.div(Mean(centred.square(), mask).add(1e-8).sqrt());
            }

            public void Fit(Tensor ids, Tensor mask, Tensor end, Tensor old, Tensor frozen, Tensor scores)
            {
                var shaped = end.mul(scores.view(-1, 1)).sub(old.sub(frozen).mul(0.001));
                var weights = Whiten(shaped.flip(-1).cumsum(-1).flip(-1), mask);
                var s = LogProbs(ids).sub(old).exp();
                var loss = Mean(s.mul(weights).minimum(s.clip(0.8, 1.2).mul(weights)), mask).neg();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class PackedReturns(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor old, Tensor reference, Tensor outcome)
            {
                var kl = old - reference;
                var rewards = outcome - 0.001 * kl;
                var returns = rewards.sum(-1, keepdim: true) - rewards.cumsum(-1) + rewards;
                var flat = returns.flatten();
                var a = (flat - flat.mean()) / torch.sqrt(flat.var() + 1e-8);
                var s = torch.exp(LogProbs(ids) - old).flatten();
                var loss = torch.max(-s * a, -torch.clamp(s, 0.8f, 1.2f) * a).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
    ];
}
