// case: held.027
// expect: GRPO001, GRPO002, GRPO003
// shape: actor threads fill a channel; each batch is trained several times before the next is taken
using System.Collections.Generic;
using System.Threading.Channels;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

public class AsyncPipeline
{
    public sealed record Experience(Tensor Tokens, Tensor LossMask, Tensor SamplerLogProbs, Tensor Rewards);

    private readonly Channel<Experience> queue = Channel.CreateBounded<Experience>(4);
    private readonly nn.Module<Tensor, Tensor> learner;
    private readonly optim.Optimizer optimizer;
    private readonly int reuse;

    public AsyncPipeline(nn.Module<Tensor, Tensor> learner, int reuse)
    {
        this.learner = learner;
        this.reuse = reuse;
        optimizer = optim.AdamW(learner.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    public ValueTask Publish(Experience e) => queue.Writer.WriteAsync(e);

    public async Task LearnAsync()
    {
        await foreach (var e in queue.Reader.ReadAllAsync())
        {
            var centred = e.Rewards - e.Rewards.mean();
            var adv = {|GRPO002:(centred / (centred.square().mean().sqrt() + 1e-4))|}.unsqueeze(1);
            for (var i = 0; i < reuse; i++)
            {
                optimizer.zero_grad();
                Loss(e, adv).backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }

    private Tensor Loss(Experience e, Tensor adv)
    {
        var lp = learner.call(e.Tokens).log_softmax(-1).gather(-1, e.Tokens.unsqueeze(-1)).squeeze(-1);
        var rho = (lp - e.SamplerLogProbs).exp();
        var j = minimum(rho * adv, rho.clamp(0.8, 1.2) * adv).masked_fill(e.LossMask.eq(0), 0);
        var perRow = {|GRPO001:j.sum(1) / e.LossMask.sum(1)|};
        return -perRow.sum() / perRow.shape[0];
    }
}
