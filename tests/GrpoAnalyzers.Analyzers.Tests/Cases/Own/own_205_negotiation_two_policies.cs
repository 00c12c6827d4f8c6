// case: own.205
// expect: GRPO002, GRPO003
// shape: two agents in an array with an optimiser each, deviation per scenario in a jagged array, passes per agent
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class NegotiationTrainer
{
    private sealed class Player
    {
        public Player(nn.Module<Tensor, Tensor> net)
        {
            Net = net;
            Optimizer = optim.AdamW(net.parameters(), lr: 1e-6);
        }

        public nn.Module<Tensor, Tensor> Net { get; }
        public optim.Optimizer Optimizer { get; }
    }

    private readonly Player buyer;
    private readonly Player seller;
    private readonly int epochs;

    public NegotiationTrainer(nn.Module<Tensor, Tensor> buyer, nn.Module<Tensor, Tensor> seller, int epochs)
    {
        this.buyer = new Player(buyer);
        this.seller = new Player(seller);
        this.epochs = epochs;
    }

    private static float[] Relative(float[][] utilityByScenario)
    {
        var flat = new List<float>();
        foreach (var scenario in utilityByScenario)
        {
            float sum = 0, squares = 0;
            foreach (var u in scenario)
            {
                sum += u;
                squares += u * u;
            }

            var mean = sum / scenario.Length;
            var deviation = MathF.Sqrt(MathF.Max(squares / scenario.Length - mean * mean, 1e-6f));
            flat.AddRange(scenario.Select(u => {|GRPO002:(u - mean) / deviation|}));
        }

        return flat.ToArray();
    }

    public void Train(Tensor buyerIds, Tensor sellerIds, Tensor buyerMask, Tensor sellerMask, Tensor buyerOld, Tensor sellerOld, float[][] buyerUtility, float[][] sellerUtility)
    {
        Fit(buyer, buyerIds, buyerMask, buyerOld, tensor(Relative(buyerUtility)));
        Fit(seller, sellerIds, sellerMask, sellerOld, tensor(Relative(sellerUtility)));
    }

    private void Fit(Player player, Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var a = adv.unsqueeze(1);
        for (var e = 0; e < epochs; e++)
        {
            var lp = player.Net.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var loss = (torch.max(-ratio * a, -ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            player.Optimizer.zero_grad();
            loss.backward();
            {|GRPO003:player.Optimizer.step()|};
        }
    }
}
