namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>GTPO: tokens that better and worse completions share are doubled or dropped, uncertain completions dropped, and entropy taken off the advantage.</summary>
public sealed class GtpoFingerprintTests : MethodFingerprint
{
    protected override string Row =>
        """
        method: GTPO
        weighting: M lambda/(G |o|)
        ratio: token
        surrogate: s A
        clip: none
        regulariser: entropy x 0.1 in the advantage
        advantage: r - group mean
        updates: 1
        optimiser: AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)
        residual: none: no clip stops the gradient
        """;

    protected override IReadOnlyList<string> Implementations =>
    [
        """
        public sealed class Gtpo(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var all = model.call(ids).log_softmax(-1);
                var lp = all.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var entropy = (-(all.exp() * all).sum(-1)).detach();
                var lengths = mask.sum(1);
                var meanEntropy = (entropy * mask).sum(1) / lengths;
                var centred = rewards - rewards.mean();
                var same = ids.unsqueeze(0).eq(ids.unsqueeze(1));
                var inBetter = (same & (centred > 0).view(1, -1, 1)).any(1);
                var inWorse = (same & (centred < 0).view(1, -1, 1)).any(1);
                var conflict = inBetter & inWorse;
                var better = (centred > 0).unsqueeze(1);
                var lambda = torch.where(conflict, torch.where(better, torch.tensor(2.0f), torch.tensor(0.0f)), torch.tensor(1.0f));
                var certain = (meanEntropy <= Math.Log(2)).to(ScalarType.Float32).unsqueeze(1);
                var a = (centred - 0.1 * meanEntropy).unsqueeze(1);
                var s = (lp - old).exp();
                var loss = -((s * a * lambda * certain * mask).sum(1) / lengths).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class Trajectories(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            private static Tensor RowMean(Tensor x, Tensor mask) => x.mul(mask).sum(-1).div(mask.sum(-1));

            private static Tensor Lambda(Tensor conflict, Tensor scores) =>
                torch.ones_like(conflict, dtype: ScalarType.Float32)
                    .masked_fill(conflict.logical_and(scores.gt(0)), 2)
                    .masked_fill(conflict.logical_and(scores.lt(0)), 0);

            public void Fit(Tensor ids, Tensor mask, Tensor conflict, Tensor old, Tensor rewards)
            {
                var logits = model.call(ids);
                var log = nn.functional.log_softmax(logits, -1);
                var lp = log.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var h = RowMean(nn.functional.softmax(logits, -1).mul(log).sum(-1).neg(), mask).detach();
                var gain = rewards.sub(rewards.mean());
                var delta = h.le(0.7).to(ScalarType.Float32);
                var a = gain.sub(h.mul(0.1)).mul(delta).unsqueeze(-1);
                var s = lp.sub(old).exp();
                var loss = RowMean(s.mul(a).mul(Lambda(conflict, gain.unsqueeze(-1))), mask).mean().neg();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        public sealed class ConflictTokens(nn.Module<Tensor, Tensor> model)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

            private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Fit(Tensor ids, Tensor mask, Tensor conflict, Tensor old, Tensor rewards)
            {
                var counts = mask.sum(1, keepdim: true);
                var all = torch.log(torch.softmax(model.call(ids), -1));
                var lp = torch.gather(all, -1, ids.unsqueeze(-1)).squeeze(-1);
                Tensor h;
                using (torch.no_grad())
                {
                    h = torch.sum(torch.sum(-torch.exp(all) * all, -1) * mask, 1, keepdim: true) / counts;
                }

                var centred = (rewards - torch.mean(rewards)).unsqueeze(1);
                var up = conflict & (centred > 0);
                var down = conflict & (centred < 0);
                var weights = torch.where(up, 2.0, torch.where(down, 0.0, 1.0));
                var s = torch.exp(lp - old) * (centred - h * 0.1) * weights;
                var kept = torch.where(h < 0.7, s, torch.zeros_like(s));
                var loss = -(torch.sum(kept * mask, 1, keepdim: true) / counts).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """,
    ];
}
