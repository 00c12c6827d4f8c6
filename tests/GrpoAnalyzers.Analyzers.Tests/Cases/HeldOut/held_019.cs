// case: held.019
// expect: GRPO001
// shape: the data preparation divides each sample's advantage by its token count, the loss is a plain token sum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ScaledAdvantageTrainer
{
    private sealed record Experience(Tensor Ids, Tensor LogProbs, float Advantage);

    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer actorOptim;
    private readonly Func<string, List<(Tensor ids, Tensor logProbs, float reward)>> generate;

    public ScaledAdvantageTrainer(nn.Module<Tensor, Tensor> actor, Func<string, List<(Tensor ids, Tensor logProbs, float reward)>> generate)
    {
        this.actor = actor;
        this.generate = generate;
        actorOptim = optim.Adam(actor.parameters(), lr: 5e-7, beta1: 0.9, beta2: 0.95);
    }

    private List<Experience> MakeExperience(string prompt)
    {
        var samples = generate(prompt);
        var mean = samples.Average(s => s.reward);
        var list = new List<Experience>(samples.Count);
        foreach (var (ids, logProbs, reward) in samples)
        {
            var advantage = {|GRPO001:(reward - mean) / logProbs.shape[0]|};
            list.Add(new Experience(ids, logProbs, advantage));
        }

        return list;
    }

    public void Fit(string[] prompts)
    {
        foreach (var prompt in prompts)
        {
            var total = zeros(1);
            var batch = MakeExperience(prompt);
            foreach (var exp in batch)
            {
                var lp = actor.call(exp.Ids.unsqueeze(0)).log_softmax(-1).squeeze(0).gather(1, exp.Ids.unsqueeze(1)).squeeze(1);
                var ratio = (lp - exp.LogProbs).exp();
                var surr = torch.min(ratio * exp.Advantage, ratio.clamp(0.8, 1.2) * exp.Advantage);
                total = total - surr.sum();
            }

            total = total / batch.Count;
            actorOptim.zero_grad();
            total.backward();
            actorOptim.step();
        }
    }
}
