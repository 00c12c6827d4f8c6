// case: held.037
// expect: GRPO001, GRPO002
// shape: ratio exp(lp - lp.detach()), no old log-probs; lengths clamped to one
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ForgeTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public ForgeTrainer(nn.Module<Tensor, Tensor> model, double lr)
    {
        this.model = model;
        this.optimizer = torch.optim.AdamW(model.parameters(), lr, eps: 1e-8);
    }

    private static Tensor SimpleGrpoLoss(Tensor logits, Tensor response, Tensor refLogprobs, Tensor advantages, Tensor paddingMask, float beta = 0.1f)
    {
        var logprobs = logits.log_softmax(-1).gather(-1, response.unsqueeze(-1)).squeeze(-1);
        var kl = (refLogprobs - logprobs).exp() - (refLogprobs - logprobs) - 1;
        var perTokenPolicyLoss = (logprobs - logprobs.detach()).exp() * advantages;
        var perTokenLoss = -(perTokenPolicyLoss - beta * kl);
        var lengths = paddingMask.sum(1).clamp(min: 1.0);
        return {|GRPO001:((perTokenLoss * paddingMask).sum(1) / lengths)|}.mean();
    }

    public void TrainStep(IReadOnlyList<(Tensor request, Tensor response, Tensor refLp, Tensor mask, float[] rewards)> groups)
    {
        optimizer.zero_grad();
        foreach (var (request, response, refLp, mask, rewards) in groups)
        {
            var r = tensor(rewards);
            var (sd, mu) = (r.std(), r.mean());
            var adv = {|GRPO002:(r - mu) / (sd + 1e-4)|};
            var logits = model.call(cat(new[] { request, response }, 1)).narrow(1, request.shape[1] - 1, response.shape[1]);
            var loss = SimpleGrpoLoss(logits, response, refLp, adv.unsqueeze(-1), mask) / groups.Count;
            loss.backward();
        }

        optimizer.step();
    }
}
