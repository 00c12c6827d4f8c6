namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>ReMax: the reward of the greedy completion is the baseline, the log-probabilities of a completion are added up.</summary>
public sealed class ReMaxFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: ReMax
        weighting: 1/G
        ratio: none (log-probability)
        surrogate: log pi A
        clip: none
        regulariser: none
        advantage: r - given baseline
        updates: 1
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: no clip stops the gradient
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class ReMax(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor rewards, Tensor greedyRewards)
            {
                var advantages = (rewards - greedyRewards).unsqueeze(1);
                var loss = -(LogProbs(ids) * mask * advantages).sum(1).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class Chained(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Total(Tensor x, Tensor mask) => x.mul(mask).sum(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor scores, Tensor baseline)
            {
                var gain = scores.sub(baseline);
                var loss = Total(LogProbs(ids), mask).mul(gain).mean().neg();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class OneByOne(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor[] completions, Tensor rewards, Tensor greedy)
            {
                var a = rewards - greedy;
                var sums = new List<Tensor>();
                foreach (var completion in completions)
                {
                    sums.Add(LogProbs(completion).sum());
                }

                var loss = torch.mean(-a * torch.stack(sums.ToArray()));
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
    ];
}
