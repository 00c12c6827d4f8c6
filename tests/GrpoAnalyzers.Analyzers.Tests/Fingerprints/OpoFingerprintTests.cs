namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>OPO: exactly on-policy, with the length-weighted mean of the rewards as the baseline.</summary>
public sealed class OpoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: OPO
        weighting: 1/sum|o|
        ratio: none (log-probability)
        surrogate: log pi A
        clip: none
        regulariser: none
        advantage: r - length-weighted group mean
        updates: 1
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: no clip stops the gradient
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Opo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor rewards)
            {
                var lengths = mask.sum(1);
                var baseline = (lengths * rewards).sum() / lengths.sum();
                var advantages = (rewards - baseline).unsqueeze(1);
                var loss = -(LogProbs(ids) * advantages * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class Optimal(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Baseline(Tensor rewards, Tensor lengths) => rewards.mul(lengths).sum(-1, keepdim: true).div(lengths.sum(-1, keepdim: true));

            public void Step(Tensor ids, Tensor mask, Tensor rewards, Tensor lengths)
            {
                var a = rewards.sub(Baseline(rewards, lengths)).view(-1, 1);
                var loss = LogProbs(ids).neg().mul(a).mul(mask).sum().div(mask.sum());
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class PackedOpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Step(Tensor ids, Tensor owner, Tensor lengths, Tensor rewards)
            {
                var weights = lengths.to(ScalarType.Float32);
                var a = rewards - torch.sum(rewards * weights) / torch.sum(weights);
                var loss = -(LogProbs(ids) * a.index_select(0, owner)).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
    ];
}
