namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GCPO in the unified table: the product of the token ratios as one ratio a sequence, decoupled clip, standardised advantages.</summary>
public sealed class GcpoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GCPO
        weighting: 1/(G std)
        ratio: sequence product
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

            public Trainer(nn.Module<Tensor, Tensor> policy)
            {
                this.policy = policy;
                optimizer = optim.AdamW(policy.parameters(), 1e-6);
            }

            private Tensor LogProbs(Tensor tokens) => policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
            {
                var advantages = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).flatten();
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var ratio = torch.exp(((LogProbs(tokens) - old) * mask).sum(1));
                    var loss = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.28) * advantages).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Gcpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor Sequence(Tensor ids, Tensor mask) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1).mul(mask).sum(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor oldSequence, Tensor rewards)
            {
                var a = rewards.sub(rewards.mean([1], true)).div(rewards.std(1, keepdim: true).add(1e-4)).view(-1);
                for (var i = 0; i < 4; i++)
                {
                    var w = Sequence(ids, mask).sub(oldSequence).exp();
                    var gain = torch.minimum(w.mul(a), w.clamp(1 - 0.2, 1 + 0.28).mul(a));
                    var loss = gain.sum().div(ids.shape[0]).neg();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class ListGcpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            public void Fit(IReadOnlyList<Tensor> texts, IReadOnlyList<Tensor> old, float[] rewards)
            {
                var mean = rewards.Average();
                var std = MathF.Sqrt(rewards.Sum(r => (r - mean) * (r - mean)) / (rewards.Length - 1));
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var loss = torch.zeros(1);
                    for (var i = 0; i < texts.Count; i++)
                    {
                        var lp = model.call(texts[i]).log_softmax(-1).gather(-1, texts[i].unsqueeze(-1)).squeeze(-1);
                        var w = (lp - old[i]).sum().exp();
                        var a = (rewards[i] - mean) / (std + 1e-4f);
                        loss = loss - torch.min(w * a, w.clamp(0.8f, 1.28f) * a) / texts.Count;
                    }

                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
