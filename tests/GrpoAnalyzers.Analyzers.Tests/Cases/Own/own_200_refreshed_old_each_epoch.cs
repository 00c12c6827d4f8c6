// case: own.200
// expect: none
// shape: old log-probabilities are taken again at the start of every epoch with new samples
using System;
using TorchSharp;
using static TorchSharp.torch;

public class FreshSamples
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly Func<(Tensor ids, Tensor mask, Tensor rewards)> generate;

    public FreshSamples(nn.Module<Tensor, Tensor> lm, Func<(Tensor, Tensor, Tensor)> generate)
    {
        this.lm = lm;
        this.generate = generate;
        optimizer = optim.NAdam(lm.parameters(), lr: 1e-6);
    }

    private Tensor LogProbs(Tensor ids) => lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public void Train(int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, rewards) = generate();
            Tensor old;
            using (no_grad())
                old = LogProbs(ids);
            var adv = (rewards - rewards.mean()).unsqueeze(1);
            var ratio = (LogProbs(ids) - old).exp();
            var loss = -(min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
