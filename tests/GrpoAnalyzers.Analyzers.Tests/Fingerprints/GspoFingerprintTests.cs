namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GSPO: the geometric mean of the token ratios as one ratio a sequence, clipped as such, standardised advantages.</summary>
public sealed class GspoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GSPO
        weighting: 1/(G std)
        ratio: sequence mean
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
        public class Trainer
        {
            private readonly nn.Module<Tensor, Tensor> policy;
            private readonly optim.Optimizer optimizer;

            public Trainer(nn.Module<Tensor, Tensor> policy)
            {
                this.policy = policy;
                optimizer = optim.AdamW(policy.parameters(), 1e-6);
            }

            private Tensor LogProbs(Tensor tokens) => policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
            {
                var advantages = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).flatten();
                for (var batch = 0; batch < 4; batch++)
                {
                    var logRatio = (LogProbs(tokens) - old) * mask;
                    var ratio = torch.exp(logRatio.sum(1) / mask.sum(1));
                    var loss = -torch.min(ratio * advantages, torch.clamp(ratio, 1 - 3e-4, 1 + 4e-4) * advantages).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Gspo(nn.Module<Tensor, Tensor> model, double low = 3e-4, double high = 4e-4)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private static Tensor SequenceLog(Tensor difference, Tensor mask) => difference.mul(mask).sum(-1).div(mask.sum(-1).clamp(min: 1));

            public void Epochs(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var spread = rewards.std(-1, keepdim: true).add(1e-4);
                var a = rewards.sub(rewards.mean([-1], true)).div(spread).view(-1);
                var epoch = 0;
                while (epoch < 4)
                {
                    var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var s = SequenceLog(lp.sub(old), mask).exp();
                    var clipped = s.clamp(1 - low, 1 + high);
                    var loss = torch.maximum(a.neg().mul(s), a.neg().mul(clipped)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                    epoch++;
                }
            }
        }
        """,
        """
        public sealed class SequenceTrainer(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            public void Train(List<Tensor> sequences, List<Tensor> oldLogProbs, float[] rewards)
            {
                var mean = rewards.Average();
                var deviation = (float)Math.Sqrt(rewards.Sum(r => Math.Pow(r - mean, 2)) / (rewards.Length - 1));
                for (var k = 0; k < 4; k++)
                {
                    var losses = new List<Tensor>();
                    for (var i = 0; i < sequences.Count; i++)
                    {
                        var a = (rewards[i] - mean) / (deviation + 1e-4f);
                        var lp = model.call(sequences[i]).log_softmax(-1).gather(-1, sequences[i].unsqueeze(-1)).squeeze(-1);
                        var s = (lp - oldLogProbs[i]).mean().exp();
                        losses.Add(-torch.min(s * a, s.clamp(0.9997, 1.0004) * a));
                    }

                    var loss = torch.stack(losses).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
