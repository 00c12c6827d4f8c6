namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>REINFORCE++-baseline: the group mean off, then the batch standardised, with the clip of PPO over all tokens.</summary>
public sealed class ReinforcePlusPlusBaselineFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: REINFORCE++-baseline
        weighting: 1/(sum|o| std_batch)
        ratio: token
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: none
        advantage: r - group mean, standardised by the batch (std + 1e-8)
        updates: 1
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: one update a rollout
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Baseline(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var centred = (rewards - rewards.mean([1], keepdim: true)).flatten();
                var a = ((centred - centred.mean()) / (centred.std() + 1e-8)).unsqueeze(1);
                var s = (LogProbs(ids) - old).exp();
                var loss = -(torch.min(s * a, s.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class Whitened(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Whiten(Tensor x) => x.sub(x.mean()).div(x.std().add(1e-8));

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = Whiten(rewards.sub(rewards.mean([-1], true))).view(-1, 1);
                var s = LogProbs(ids).sub(old).exp();
                var loss = s.mul(a).minimum(s.clip(0.8, 1.2).mul(a)).mul(mask).sum().div(mask.sum()).neg();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class PackedBaseline(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor owner, Tensor old, Tensor rewards)
            {
                var groups = rewards - rewards.mean([1]).unsqueeze(1);
                var flat = groups.reshape(-1);
                var normal = (flat - flat.mean()) / (torch.sqrt(flat.var()) + 1e-8);
                var a = normal.index_select(0, owner);
                var s = torch.exp(LogProbs(ids) - old);
                var loss = torch.max(-s * a, -s.clamp(0.8f, 1.2f) * a).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
    ];
}
