namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GDPO: each reward is standardised by its group on its own, the weighted sum by the batch.</summary>
public sealed class GdpoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GDPO
        weighting: 1/(G |o| std_batch)
        ratio: token
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: none
        advantage: each reward standardised by its group, summed, then standardised by the batch
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Gdpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor accuracy, Tensor format)
            {
                var first = (accuracy - accuracy.mean([1], keepdim: true)) / (accuracy.std(1, keepdim: true) + 1e-4);
                var second = (format - format.mean([1], keepdim: true)) / (format.std(1, keepdim: true) + 1e-4);
                var sum = (first + 0.5 * second).flatten();
                var a = ((sum - sum.mean()) / (sum.std() + 1e-4)).unsqueeze(1);
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var s = (LogProbs(ids) - old).exp();
                    var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a);
                    var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Decoupled(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor ByGroup(Tensor x) => x.sub(x.mean([-1], true)).div(x.std(-1, keepdim: true).add(1e-4));

            private static Tensor ByBatch(Tensor x) => x.sub(x.mean()).div(x.std().add(1e-4));

            private static Tensor RowMean(Tensor x, Tensor mask) => x.mul(mask).sum(-1).div(mask.sum(-1));

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor correct, Tensor shape)
            {
                var a = ByBatch(ByGroup(correct).add(ByGroup(shape))).view(-1, 1);
                for (var k = 0; k < 4; k++)
                {
                    var s = LogProbs(ids).sub(old).exp();
                    var loss = RowMean(s.mul(a).minimum(s.clip(0.8, 1.2).mul(a)), mask).mean().neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class StackedRewards(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards, Tensor share)
            {
                // [prompts, group, rewards]: each reward by itself, then their weighted sum.
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var each = (rewards - mean) / (std + 1e-4);
                var sum = (each * share).sum(-1);
                var whole = (sum - sum.mean()) / (torch.sqrt(sum.var()) + 1e-4);
                var a = whole.reshape(-1, 1);
                for (var k = 0; k < 4; k++)
                {
                    var s = torch.exp(LogProbs(ids) - old);
                    var surrogate = torch.max(-s * a, -torch.clamp(s, 0.8f, 1.2f) * a);
                    var loss = torch.mean(torch.sum(surrogate * mask, 1) / torch.sum(mask, 1));
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
