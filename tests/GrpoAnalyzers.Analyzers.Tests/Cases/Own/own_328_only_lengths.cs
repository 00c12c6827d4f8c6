// case: own.328
// expect: GRPO001
// shape: centring only and one update per rollout, Adam; lengths from an int array, clip present but one step
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Headlines
{
    public class HeadlineTrainer
    {
        private readonly nn.Module<Tensor, Tensor> writer;
        private readonly Func<Tensor, int, (Tensor ids, int[] lengths, Tensor logp)> sampler;
        private readonly Func<Tensor, float[]> clickRate;
        private readonly optim.Optimizer opt;

        public HeadlineTrainer(nn.Module<Tensor, Tensor> writer,
            Func<Tensor, int, (Tensor, int[], Tensor)> sampler, Func<Tensor, float[]> clickRate)
        {
            this.writer = writer;
            this.sampler = sampler;
            this.clickRate = clickRate;
            opt = optim.Adam(writer.parameters(), 5e-6);
        }

        public void Train(Tensor[] articles, int variants)
        {
            foreach (var article in articles)
            {
                using var scope = NewDisposeScope();
                var (ids, lengths, sampledLogp) = sampler(article, variants);
                var reward = tensor(clickRate(ids));
                var advantage = (reward - reward.mean()).unsqueeze(1);

                var logp = writer.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var ratio = (logp - sampledLogp.detach()).exp();
                var objective = minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage);

                var len = tensor(lengths.Select(l => (float)l).ToArray());
                var valid = arange(ids.shape[1]).unsqueeze(0).lt(len.unsqueeze(1));
                var inner = where(valid, objective, zeros_like(objective)).sum(1);
                var loss = {|GRPO001:inner.divide(len)|}.mean().neg();

                opt.zero_grad();
                loss.backward();
                nn.utils.clip_grad_value_(writer.parameters(), 0.5);
                opt.step();
            }
        }
    }
}
