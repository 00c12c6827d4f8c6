// case: own.315
// expect: GRPO001, GRPO002
// shape: iterator method yields micro-batches per prompt, accumulation window, Options class, masked_select per row
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Accum
{
    public class Options
    {
        public int Samples { get; set; } = 8;
        public int AccumulationSteps { get; set; } = 4;
        public double LearningRate { get; set; } = 1e-6;
        public double MaxGradNorm { get; set; } = 1.0;
        public bool ScaleRewards => true;
    }

    public sealed record MicroBatch(Tensor Ids, Tensor Mask, Tensor Reward);

    public class AccumulatingTrainer
    {
        private readonly Options options;
        private readonly nn.Module<Tensor, Tensor> actor;
        private readonly optim.Optimizer optim_;
        private readonly Func<string, int, (Tensor, Tensor, Tensor)> generate;

        public AccumulatingTrainer(Options options, nn.Module<Tensor, Tensor> actor, Func<string, int, (Tensor, Tensor, Tensor)> generate)
        {
            this.options = options;
            this.actor = actor;
            this.generate = generate;
            optim_ = optim.AdamW(actor.parameters(), options.LearningRate);
        }

        private IEnumerable<MicroBatch> MicroBatches(IEnumerable<string> prompts)
        {
            foreach (var prompt in prompts)
            {
                var (ids, mask, reward) = generate(prompt, options.Samples);
                yield return new MicroBatch(ids, mask, reward);
            }
        }

        public void Train(IEnumerable<string> prompts)
        {
            int pending = 0;
            optim_.zero_grad();
            foreach (var mb in MicroBatches(prompts))
            {
                var advantage = mb.Reward - mb.Reward.mean();
                if (options.ScaleRewards)
                    advantage = {|GRPO002:advantage / (mb.Reward.std() + 1e-4)|};

                var lp = actor.forward(mb.Ids).log_softmax(-1).gather(-1, mb.Ids.unsqueeze(-1)).squeeze(-1);
                var rows = new List<Tensor>();
                for (long i = 0; i < mb.Ids.shape[0]; i++)
                {
                    var own = lp[i].masked_select(mb.Mask[i].to_type(ScalarType.Bool));
                    rows.Add(advantage[i] * {|GRPO001:own.mean()|});
                }
                var loss = -stack(rows).mean() / options.AccumulationSteps;
                loss.backward();

                if (++pending == options.AccumulationSteps)
                {
                    nn.utils.clip_grad_norm_(actor.parameters(), options.MaxGradNorm);
                    optim_.step();
                    optim_.zero_grad();
                    pending = 0;
                }
            }
        }
    }
}
