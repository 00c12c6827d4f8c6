namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>RLOO as trainers run it: leave-one-out, a divergence inside the reward, and PPO's clip on the ratio of whole completions.</summary>
public sealed class RlooClippedFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: RLOO, clipped
        weighting: 1/G
        ratio: sequence product
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: k1 x 0.05 in the reward
        advantage: r - mean of the others
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Rloo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private const int Group = 8;

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor reference, Tensor scores)
            {
                var penalised = scores - 0.05 * ((old - reference) * mask).sum(1);
                var r = penalised.view(-1, Group);
                var advantages = (r - (r.sum(1, keepdim: true) - r) / (Group - 1)).flatten();
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var ratio = (((LogProbs(ids) - old) * mask).sum(1)).exp();
                    var loss = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class LeaveOneOut(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor Total(Tensor x, Tensor mask) => x.mul(mask).sum(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor frozen, Tensor scores)
            {
                var r = scores.sub(Total(old.sub(frozen), mask).mul(0.05)).reshape(-1, 4);
                var a = r.sub(r.mean([-1], true)).mul(4.0 / 3.0).reshape(-1);
                var before = Total(old, mask);
                for (var k = 0; k < 4; k++)
                {
                    var s = Total(LogProbs(ids), mask).sub(before).exp();
                    var loss = s.mul(a).minimum(s.clip(1 - 0.2, 1 + 0.2).mul(a)).mean().neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class WholeCompletions(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor reference, Tensor scores)
            {
                const double beta = 0.05;
                var divergence = torch.sum((old - reference) * mask, 1);
                var rewards = (scores - beta * divergence).view(-1, 16);
                var others = (rewards.sum(1).unsqueeze(1) - rewards) / 15;
                var a = (rewards - others).view(-1);
                var pass = 0;
                while (pass < 4)
                {
                    var log = torch.sum((LogProbs(ids) - old) * mask, 1);
                    var s = torch.exp(log);
                    var loss = torch.max(-s * a, -torch.clamp(s, 0.8f, 1.2f) * a).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                    pass++;
                }
            }
        }
        """,
    ];
}
