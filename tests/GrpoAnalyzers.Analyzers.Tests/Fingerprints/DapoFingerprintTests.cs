namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>DAPO: one over the number of tokens, standardised advantages, decoupled clip, no regulariser.</summary>
public sealed class DapoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: DAPO
        weighting: 1/(sum|o| std)
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
        public class Trainer
        {
            private readonly nn.Module<Tensor, Tensor> policy;
            private readonly optim.Optimizer optimizer;
            private const double Low = 0.2, High = 0.28;

            public Trainer(nn.Module<Tensor, Tensor> policy)
            {
                this.policy = policy;
                optimizer = optim.AdamW(policy.parameters(), 1e-6);
            }

            private Tensor LogProbs(Tensor tokens) => policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
            {
                var advantages = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var ratio = torch.exp(LogProbs(tokens) - old);
                    var perToken = -torch.min(ratio * advantages, torch.clamp(ratio, 1 - Low, 1 + High) * advantages);
                    var loss = (perToken * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class PackedTrainer(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            /// <summary>All tokens of all completions behind one another; owner is the index of a token's completion.</summary>
            public void Train(Tensor ids, Tensor owner, Tensor old, Tensor rewards)
            {
                var centred = rewards.sub(rewards.mean([1], true));
                var scores = centred.div(rewards.var(1, keepdim: true).sqrt().add(1e-4)).flatten();
                for (var i = 0; i < 4; i++)
                {
                    var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var a = scores.index_select(0, owner);
                    var r = lp.sub(old).exp();
                    var loss = r.mul(a).minimum(r.clamp(0.8, 1.28).mul(a)).mean().neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed record Clip(double Low, double High);

        public sealed class Batch
        {
            public required Tensor Ids { get; init; }
            public required Tensor Mask { get; init; }
            public required Tensor Old { get; init; }
            public required Tensor Rewards { get; init; }
        }

        public abstract class TrainerBase
        {
            protected abstract Tensor Loss(Batch batch, Tensor advantages);

            protected abstract optim.Optimizer Optimizer { get; }

            public void Fit(Batch batch)
            {
                var (std, mean) = torch.std_mean(batch.Rewards, new long[] { 1 }, unbiased: true, keepdim: true);
                var advantages = (batch.Rewards - mean) / (std + 1e-4);
                for (int step = 0; step < 4; step++)
                {
                    Optimizer.zero_grad();
                    Loss(batch, advantages.reshape(-1, 1)).backward();
                    Optimizer.step();
                }
            }
        }

        public sealed class DapoTrainer(nn.Module<Tensor, Tensor> model) : TrainerBase
        {
            private readonly Clip clip = new(0.2, 0.28);

            protected override optim.Optimizer Optimizer { get; } = optim.AdamW(model.parameters());

            protected override Tensor Loss(Batch batch, Tensor advantages)
            {
                var lp = model.call(batch.Ids).log_softmax(-1).gather(-1, batch.Ids.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - batch.Old).exp();
                var (low, high) = (1 - clip.Low, 1 + clip.High);
                var surrogate = torch.where(ratio * advantages < ratio.clamp(low, high) * advantages, ratio * advantages, ratio.clamp(low, high) * advantages);
                return -surrogate.mul(batch.Mask).sum().div(batch.Mask.sum());
            }
        }
        """,
    ];
}
