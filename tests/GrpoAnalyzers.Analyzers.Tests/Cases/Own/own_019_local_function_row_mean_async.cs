// case: own.019
// expect: GRPO001, GRPO003
// shape: async update, local function for the loss, bound read from configuration at run time
using System;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

public class AsyncLearner
{
    private readonly nn.Module<Tensor, Tensor> weights;
    private readonly optim.Optimizer optimizer;
    private readonly int passes;

    public AsyncLearner(nn.Module<Tensor, Tensor> weights, int passes)
    {
        this.weights = weights;
        this.passes = passes;
        optimizer = optim.AdamW(weights.parameters(), lr: 1e-6);
    }

    public async Task OptimizeAsync(Func<Task<(Tensor ids, Tensor mask, Tensor logp, Tensor adv)>> next, IProgress<float> progress)
    {
        var (ids, mask, logp, adv) = await next();

        Tensor Loss()
        {
            var picked = weights.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var rho = picked.sub(logp).exp();
            var a = adv.unsqueeze(1);
            var worst = torch.max(rho * -a, rho.clamp(0.8, 1.2) * -a);
            var bySequence = {|GRPO001:(worst * mask).sum(1) / mask.sum(1)|};
            return bySequence.mean();
        }

        var k = 0;
        while (k++ < passes)
        {
            optimizer.zero_grad();
            var loss = Loss();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            progress.Report(loss.item<float>());
            await Task.Yield();
        }
    }
}
