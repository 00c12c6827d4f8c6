namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>Dr.GRPO: centred advantages, a constant in place of the length.</summary>
public sealed class DrGrpoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: Dr.GRPO
        weighting: 1/(G c)
        ratio: token
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: none
        advantage: r - group mean
        updates: 1
        optimiser: Adam (betas 0.9, 0.95; eps 1e-8; weight decay 0)
        residual: none: one update a rollout
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public class Trainer
        {
            private readonly nn.Module<Tensor, Tensor> policy;
            private readonly optim.Optimizer optimizer;
            private const int MaximumLength = 1024;

            public Trainer(nn.Module<Tensor, Tensor> policy)
            {
                this.policy = policy;
                optimizer = optim.Adam(policy.parameters(), 1e-6, beta1: 0.9, beta2: 0.95);
            }

            private Tensor LogProbs(Tensor tokens) => policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
            {
                var advantages = (rewards - rewards.mean([1], keepdim: true)).view(-1, 1);
                var ratio = torch.exp(LogProbs(tokens) - old);
                var perToken = -torch.min(ratio * advantages, torch.clamp(ratio, 0.8, 1.2) * advantages);
                var loss = (perToken * mask).sum() / (tokens.shape[0] * MaximumLength);
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class Settings { public double Eps { get; init; } = 0.2; public int MaxTokens { get; init; } = 2048; }

        public sealed class Trainer(nn.Module<Tensor, Tensor> model, Settings settings)
        {
            private readonly optim.Optimizer optimizer = torch.optim.Adam(model.parameters(), lr: 1e-6, beta2: 0.95);

            private static Tensor SumPerSequence(Tensor x, Tensor mask) => torch.where(mask.to_type(ScalarType.Bool), x, torch.zeros_like(x)).sum(-1);

            public void Step(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var a = rewards.sub(rewards.mean([1], true)).flatten().unsqueeze(-1);
                var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var r = lp.sub(old).exp();
                var l = torch.maximum(r.mul(a).neg(), r.clamp(1 - settings.Eps, 1 + settings.Eps).mul(a).neg());
                var loss = SumPerSequence(l, mask).div(settings.MaxTokens).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class GroupLoop(nn.Module<Tensor, Tensor> model)
        {
            private const float Budget = 512f;
            private readonly optim.Optimizer optimizer = optim.Adam(model.parameters(), 1e-6, 0.9, 0.95);

            public void Train(Tensor[] completions, Tensor[] old, float[] rewards)
            {
                var baseline = rewards.Sum() / rewards.Length;
                optimizer.zero_grad();
                var total = torch.zeros(1);
                for (var i = 0; i < completions.Length; i++)
                {
                    var a = rewards[i] - baseline;
                    var lp = model.call(completions[i]).log_softmax(-1).gather(-1, completions[i].unsqueeze(-1)).squeeze(-1);
                    var s = (lp - old[i]).exp();
                    total = total - torch.min(s * a, s.clamp(0.8f, 1.2f) * a).sum() / Budget;
                }

                (total / completions.Length).backward();
                optimizer.step();
            }
        }
        """,
    ];
}
