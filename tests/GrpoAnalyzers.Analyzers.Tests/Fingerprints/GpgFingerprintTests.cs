namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GPG: the log-probability itself, centred advantages scaled up by the share of groups with a signal, one over the number of tokens.</summary>
public sealed class GpgFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GPG
        weighting: alpha/sum|o|
        ratio: none (log-probability)
        surrogate: log pi A
        clip: none
        regulariser: none
        advantage: r - group mean
        updates: 1
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

            public void Update(Tensor tokens, Tensor mask, Tensor rewards)
            {
                var centred = rewards - rewards.mean([1], keepdim: true);
                var valid = (rewards.std(1) > 0).to(ScalarType.Float32).sum();
                var alpha = rewards.shape[0] / valid;
                var advantages = (alpha * centred).view(-1, 1);
                var loss = -(LogProbs(tokens) * advantages * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class Gpg(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private static Tensor Advantages(Tensor rewards)
            {
                var centred = rewards.sub(rewards.mean([-1], true));
                var informative = centred.abs().amax(-1).gt(0).sum();
                return centred.mul(rewards.size(0)).div(informative);
            }

            public void Fit(Tensor ids, Tensor mask, Tensor rewards)
            {
                var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var weighted = lp.mul(Advantages(rewards).reshape(-1, 1)).mul(mask);
                var loss = weighted.sum().div(mask.sum()).neg();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class PackedGpg(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            public void Fit(Tensor ids, Tensor owner, Tensor rewards)
            {
                var deviation = rewards.std(1);
                var share = (deviation > 1e-6).sum();
                var a = ((rewards - rewards.mean([1]).unsqueeze(1)) * (rewards.shape[0] / share)).flatten()[owner];
                var ce = nn.functional.cross_entropy(model.call(ids), ids, reduction: nn.Reduction.None);
                var loss = (ce * a).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
    ];
}
