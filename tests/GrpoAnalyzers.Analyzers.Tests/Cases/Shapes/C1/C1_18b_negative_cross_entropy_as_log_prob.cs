// case: C1.18
// expect: GRPO001
// shape: minus the mean cross entropy of one sequence is taken for its log-probability
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace CeLogProb;

public class Player
{
    private readonly Module<Tensor, Tensor> net;
    private readonly Adam adam;

    public Player(Module<Tensor, Tensor> net)
    {
        this.net = net;
        adam = optim.Adam(net.parameters(), 1e-3, amsgrad: true);
    }

    private Tensor LogProb(Tensor ids, int promptLength)
    {
        var logits = net.call(ids.unsqueeze(0))[0];
        var predicted = logits.slice(0, promptLength - 1, ids.shape[0] - 1, 1);
        var answer = ids.slice(0, promptLength, ids.shape[0], 1);
        return -{|GRPO001:functional.cross_entropy(predicted, answer)|};
    }

    public void Reinforce(Tensor[] games, int[] promptLengths, float[] scores)
    {
        var best = scores.Average();
        var terms = games.Select((g, i) => LogProb(g, promptLengths[i]) * (scores[i] - best)).ToList();
        var loss = -torch.stack(terms).mean();
        adam.zero_grad();
        loss.backward();
        adam.step();
    }
}
