namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>CISPO: the clipped ratio as a stopped weight of the log-probability, so that no token loses its gradient.</summary>
public sealed class CispoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: CISPO
        weighting: 1/(sum|o| std)
        ratio: stopped token ratio times log-probability
        surrogate: stop(s) log pi A
        clip: of the weight, from above, 5
        regulariser: none
        advantage: (r - group mean) / (group std + 1e-4)
        updates: 4
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: no clip stops the gradient
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
                var advantages = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var logProbs = LogProbs(tokens);
                    var weight = torch.exp(logProbs - old).clamp(max: 5.0).detach();
                    var perToken = -weight * advantages * logProbs;
                    var loss = (perToken * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class Cispo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private static Tensor Weight(Tensor lp, Tensor old, double most)
            {
                using (torch.no_grad())
                    return lp.sub(old).exp().clamp_max(most);
            }

            private Tensor Objective(Tensor ids, Tensor mask, Tensor old, Tensor a)
            {
                var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                return Weight(lp, old, 5).mul(lp).mul(a).mul(mask).sum().div(mask.sum());
            }

            public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var mean = rewards.mean([1], true);
                var a = rewards.sub(mean).div(rewards.std(1, keepdim: true).add(1e-4)).reshape(-1, 1);
                for (var i = 4; i > 0; i--)
                {
                    optimizer.zero_grad();
                    Objective(ids, mask, old, a).neg().backward();
                    optimizer.step();
                }
            }
        }
        """,
        """
        public sealed class PackedCispo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            public void Fit(Tensor ids, Tensor owner, Tensor old, Tensor rewards)
            {
                var z = (rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4);
                var a = z.flatten().index_select(0, owner);
                foreach (var _ in Enumerable.Range(0, 4))
                {
                    var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var s = torch.minimum(torch.exp(lp.detach() - old), torch.tensor(5.0f));
                    var loss = -(s * lp * a).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """,
    ];
}
