// case: own.069
// expect: none
// shape: reward model training: mean-pooled hidden states, margins, std of scores logged
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RewardModelTrainer
{
    private readonly nn.Module<Tensor, Tensor> backbone;
    private readonly nn.Module<Tensor, Tensor> scorer = nn.Linear(768, 1);
    private readonly optim.Optimizer optimizer;

    public RewardModelTrainer(nn.Module<Tensor, Tensor> backbone)
    {
        this.backbone = backbone;
        optimizer = optim.AdamW(backbone.parameters().Concat(scorer.parameters()), lr: 1e-5);
    }

    private Tensor Score(Tensor ids, Tensor mask)
    {
        var h = backbone.call(ids);
        var pooled = (h * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim: true);
        return scorer.call(pooled).squeeze(-1);
    }

    public void Fit(IEnumerable<(Tensor a, Tensor am, Tensor b, Tensor bm)> pairs, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            foreach (var (a, am, b, bm) in pairs)
            {
                var better = Score(a, am);
                var worse = Score(b, bm);
                var loss = nn.functional.softplus(worse - better).mean() + 1e-3 * (better + worse).pow(2).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                using (no_grad())
                {
                    var scores = cat(new[] { better, worse });
                    Console.WriteLine($"std {scores.std().item<float>():f3} acc {better.gt(worse).to_type(ScalarType.Float32).mean().item<float>():f3}");
                }
            }
        }
    }
}
