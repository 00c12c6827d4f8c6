namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>RLOO as first published: the summed log-probability of a sequence times the reward less the mean of the others.</summary>
public sealed class RlooFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: RLOO
        weighting: 1/G
        ratio: none (log-probability)
        surrogate: log pi A
        clip: none
        regulariser: none
        advantage: r - mean of the others
        updates: 1
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: no clip stops the gradient
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Rloo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor rewards)
            {
                var group = rewards.shape[1];
                var advantages = (rewards - (rewards.sum(1, keepdim: true) - rewards) / (group - 1)).flatten();
                var loss = -((LogProbs(ids) * mask).sum(1) * advantages).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class LeaveOneOut(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private const int Group = 4;

            private static Tensor Advantages(Tensor scores) => scores.sub(scores.mean([1], true)).mul(Group / (Group - 1.0)).reshape(-1);

            public void Step(Tensor ids, Tensor mask, Tensor scores)
            {
                var sequence = LogProbs(ids).mul(mask).sum(-1);
                var loss = Advantages(scores).mul(sequence).mean().neg();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class PerSample(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Step(Tensor[] samples, float[] rewards)
            {
                var sum = rewards.Sum();
                var total = torch.zeros(1);
                for (var i = 0; i < samples.Length; i++)
                {
                    var others = (sum - rewards[i]) / (rewards.Length - 1);
                    total = total - LogProbs(samples[i]).sum() * (rewards[i] - others);
                }

                var loss = total / samples.Length;
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
    ];
}
