// case: own.231
// expect: GRPO001, GRPO002, GRPO003
// shape: service with train and evaluate methods, evaluation also averages rows, cancellation token in the loop
using System;
using System.Collections.Generic;
using System.Threading;
using TorchSharp;
using static TorchSharp.torch;

public sealed class SupportBotService : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly int perTicket;

    public SupportBotService(nn.Module<Tensor, Tensor> lm, int perTicket)
    {
        this.lm = lm;
        this.perTicket = perTicket;
        optimizer = optim.AdamW(lm.parameters(), 1e-6);
    }

    private Tensor LogProbs(Tensor ids) => lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor ratings, int sweeps, CancellationToken token)
    {
        var tickets = ratings.view(-1, perTicket);
        var location = tickets.mean(new long[] { 1 }, keepdim: true);
        var scale = tickets.var(1, true, true).add(1e-6).pow(0.5);
        var adv = {|GRPO002:tickets.sub(location).div(scale)|}.reshape(-1, 1);
        for (var sweep = 0; sweep < sweeps && !token.IsCancellationRequested; sweep++)
        {
            var ratio = exp(LogProbs(ids) - old);
            var pt = -min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv);
            var loss = {|GRPO001:pt.mul(mask).sum(1).div(mask.sum(1))|}.mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }

    public float Evaluate(Tensor ids, Tensor mask)
    {
        using var off = no_grad();
        var nll = -LogProbs(ids);
        return ((nll * mask).sum(1) / mask.sum(1)).mean().item<float>();
    }

    public void Dispose() => optimizer.Dispose();
}
