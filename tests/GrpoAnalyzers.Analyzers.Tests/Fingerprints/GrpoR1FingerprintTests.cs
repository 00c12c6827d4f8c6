namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GRPO as DeepSeek-R1 states it: standardised advantages, one over G and the own length, symmetric clip, k3 in the token mean.</summary>
public sealed class GrpoR1FingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GRPO (R1)
        weighting: 1/(G |o| std)
        ratio: token
        surrogate: min(s A, clip(s) A)
        clip: symmetric, [0.8, 1.2]
        regulariser: k3 x 0.04
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
            private const int GroupSize = 8;

            public Trainer(nn.Module<Tensor, Tensor> policy)
            {
                this.policy = policy;
                optimizer = optim.AdamW(policy.parameters(), 1e-6);
            }

            private Tensor LogProbs(Tensor tokens) => policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor reference, Tensor rewards)
            {
                var groups = rewards.view(-1, GroupSize);
                var advantages = ((groups - groups.mean([1], keepdim: true)) / (groups.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var logProbs = LogProbs(tokens);
                    var ratio = torch.exp(logProbs - old);
                    var policyLoss = -torch.min(ratio * advantages, torch.clamp(ratio, 0.8, 1.2) * advantages);
                    var gap = reference - logProbs;
                    var kl = gap.exp() - gap - 1;
                    var perToken = policyLoss + 0.04 * kl;
                    var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed record GrpoOptions(double Epsilon = 0.2, double Beta = 0.04, int Iterations = 4);

        public static class MaskedStatistics
        {
            public static Tensor RowMean(this Tensor values, Tensor mask) => values.mul(mask).sum(-1).div(mask.sum(-1).clamp_min(1));
        }

        public sealed class Learner
        {
            private readonly nn.Module<Tensor, Tensor> actor;
            private readonly optim.Optimizer adam;
            private readonly GrpoOptions options = new();

            public Learner(nn.Module<Tensor, Tensor> actor) => (this.actor, adam) = (actor, optim.AdamW(actor.parameters(), lr: 3e-6, beta1: 0.9, beta2: 0.999));

            private static Tensor Standardise(Tensor scores) => scores.sub(scores.mean([1], true)).div(scores.std(1, keepdim: true).add(1e-4));

            private static Tensor Objective(Tensor current, Tensor stored, Tensor frozen, Tensor scores, Tensor mask, GrpoOptions options)
            {
                var s = current.sub(stored).exp();
                var surrogate = s.mul(scores).minimum(s.clamp(1 - options.Epsilon, 1 + options.Epsilon).mul(scores));
                var penalty = frozen.sub(current).exp().sub(frozen.sub(current)).sub(1);
                return surrogate.sub(penalty.mul(options.Beta)).RowMean(mask).mean().neg();
            }

            public void Learn(Tensor ids, Tensor mask, Tensor stored, Tensor frozen, Tensor scores)
            {
                var weights = Standardise(scores).flatten().unsqueeze(1);
                for (var i = 0; i < options.Iterations; i++)
                {
                    var current = nn.functional.log_softmax(actor.call(ids), -1).gather(2, ids.unsqueeze(2)).squeeze(2);
                    var loss = Objective(current, stored, frozen, weights, mask, options);
                    adam.zero_grad();
                    loss.backward();
                    adam.step();
                }
            }
        }
        """,
        """
        public sealed record Sample(Tensor Ids, Tensor Old, Tensor Reference, float Reward);

        public sealed class LoopTrainer(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters(), 1e-5);

            public void Train(List<Sample> group)
            {
                var rewards = group.Select(s => s.Reward).ToArray();
                var mean = rewards.Average();
                var std = MathF.Sqrt(rewards.Select(r => (r - mean) * (r - mean)).Sum() / (rewards.Length - 1));
                for (var pass = 0; pass < 4; ++pass)
                {
                    Tensor total = torch.zeros(1);
                    for (var i = 0; i < group.Count; i++)
                    {
                        var sample = group[i];
                        var advantage = (rewards[i] - mean) / (std + 1e-4f);
                        var lp = model.call(sample.Ids).log_softmax(-1).gather(-1, sample.Ids.unsqueeze(-1)).squeeze(-1);
                        var r = (lp - sample.Old).exp();
                        var l = torch.max(-advantage * r, -advantage * r.clamp(0.8, 1.2));
                        var d = lp - sample.Reference;
                        var k3 = (-d).exp() + d - 1;
                        total = total + (l + 0.04 * k3).mean();
                    }

                    optimizer.zero_grad();
                    (total / group.Count).backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
