namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GSPO-token: the stopped sequence ratio, whose gradient goes through each token of it.</summary>
public sealed class GspoTokenFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GSPO-token
        weighting: 1/(G |o| std)
        ratio: sequence mean, carried by each token
        surrogate: min(s A, clip(s) A)
        clip: asymmetric, [0.9997, 1.0004]
        regulariser: none
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: 0.900 of a step at once, 0.730 after 3 clipped updates
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class GspoToken(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                for (var i = 0; i < 4; i++)
                {
                    var lp = LogProbs(ids);
                    var sequence = ((lp - old) * mask).sum(1, keepdim: true) / mask.sum(1, keepdim: true);
                    var s = torch.exp(lp - lp.detach() + sequence.detach());
                    var perToken = -torch.min(s * a, s.clamp(0.9997, 1.0004) * a);
                    var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Carried(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor RowMean(Tensor x, Tensor mask) => x.mul(mask).sum(-1).div(mask.sum(-1).clamp_min(1));

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var z = rewards.sub(rewards.mean([-1], true)).div(rewards.std(-1, keepdim: true).add(1e-4)).flatten().unsqueeze(-1);
                for (var k = 0; k < 4; k++)
                {
                    var lp = LogProbs(ids);
                    var level = RowMean(lp.sub(old), mask).detach().unsqueeze(-1);
                    var s = level.add(lp.sub(lp.detach())).exp();
                    var loss = RowMean(s.mul(z).minimum(s.clip(1 - 3e-4, 1 + 4e-4).mul(z)), mask).mean().neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class StoppedSequence(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var (std, mean) = torch.std_mean(rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var a = ((rewards - mean) / (std + 1e-4)).reshape(-1, 1);
                var counts = mask.sum(1, keepdim: true);
                for (var k = 0; k < 4; k++)
                {
                    var lp = LogProbs(ids);
                    var log = torch.sum((lp - old) * mask, 1, keepdim: true) / counts;
                    var s = torch.exp(log.detach() + lp - lp.detach());
                    var surrogate = torch.max(-s * a, -torch.clamp(s, 0.9997f, 1.0004f) * a);
                    var loss = ((surrogate * mask).sum(1, keepdim: true) / counts).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
