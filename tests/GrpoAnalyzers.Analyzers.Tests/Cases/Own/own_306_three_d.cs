// case: own.306
// expect: GRPO001, GRPO002, GRPO003
// shape: tensors kept as [prompts, samples, tokens], NAdam, epoch count from an environment variable
using System;
using TorchSharp;
using static TorchSharp.torch;

public class CubeTrainer
{
    static readonly int Epochs = int.TryParse(Environment.GetEnvironmentVariable("PPO_EPOCHS"), out var e) ? e : 4;

    readonly nn.Module<Tensor, Tensor> lm;
    readonly optim.Optimizer nadam;

    public CubeTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        nadam = optim.NAdam(lm.parameters(), 1e-5);
    }

    // ids, mask: [P, G, T]; rewards: [P, G]
    public void TrainStep(Tensor ids, Tensor mask, Tensor rewards)
    {
        var spread = rewards.std(dim: 1, unbiased: false, keepdim: true);
        var advantage = rewards - rewards.mean(new long[] { 1 }, keepdim: true);
        advantage = {|GRPO002:advantage.div(spread.add(1e-4))|};
        advantage = advantage.unsqueeze(2).expand_as(mask);

        var stored = LogProbs(ids).detach();

        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            var current = LogProbs(ids);
            var weight = (current - stored).exp();
            var one = weight * advantage;
            var two = weight.clamp(0.8, 1.25) * advantage;
            var surrogate = minimum(one, two).masked_fill(mask.eq(0), 0);
            var perCompletion = {|GRPO001:surrogate.sum(2) / mask.sum(2)|};
            var perPrompt = perCompletion.mean(new long[] { 1 });
            var loss = perPrompt.mean().neg();

            nadam.zero_grad();
            loss.backward();
            {|GRPO003:nadam.step()|};
        }
    }

    Tensor LogProbs(Tensor ids)
    {
        var (p, g, t) = (ids.shape[0], ids.shape[1], ids.shape[2]);
        var flat = ids.view(p * g, t);
        var logits = lm.forward(flat);
        var chosen = logits.gather(2, flat.unsqueeze(2)).squeeze(2);
        return (chosen - logits.logsumexp(2)).view(p, g, t);
    }
}
