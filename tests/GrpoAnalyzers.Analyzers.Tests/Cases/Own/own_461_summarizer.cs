// case: own.461
// expect: GRPO001, GRPO002, GRPO003
// shape: generic base trainer, padded [B,T], sealed subclass supplies the loss
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Summaries.Training
{
    public interface IRolloutSource<out TBatch>
    {
        IEnumerable<TBatch> Stream(int rounds);
    }

    public sealed record SummaryBatch(Tensor Tokens, Tensor Mask, Tensor Rewards, int GroupSize)
    {
        public Tensor? BehaviourLogProbs { get; init; }
    }

    public abstract class PolicyTrainer<TBatch>
    {
        protected readonly nn.Module<Tensor, Tensor> Policy;
        private readonly optim.Optimizer _optimizer;
        private readonly int _innerEpochs;

        protected PolicyTrainer(nn.Module<Tensor, Tensor> policy, double learningRate, int innerEpochs)
        {
            Policy = policy ?? throw new ArgumentNullException(nameof(policy));
            _optimizer = optim.AdamW(policy.parameters(), lr: learningRate, weight_decay: 0.01);
            _innerEpochs = innerEpochs;
        }

        protected abstract TBatch Prepare(TBatch raw);
        protected abstract Tensor ComputeLoss(TBatch batch);

        public void Fit(IRolloutSource<TBatch> source, int rounds)
        {
            foreach (var raw in source.Stream(rounds))
            {
                using var scope = NewDisposeScope();
                var batch = Prepare(raw);
                for (var epoch = 0; epoch < _innerEpochs; epoch++)
                {
                    _optimizer.zero_grad();
                    var loss = ComputeLoss(batch);
                    loss.backward();
                    nn.utils.clip_grad_norm_(Policy.parameters(), 1.0);
                    {|GRPO003:_optimizer.step()|};
                }
            }
        }
    }

    public sealed class SummaryTrainer : PolicyTrainer<SummaryBatch>
    {
        private const double ClipRange = 0.2;

        public SummaryTrainer(nn.Module<Tensor, Tensor> policy)
            : base(policy, learningRate: 1e-6, innerEpochs: 4) { }

        protected override SummaryBatch Prepare(SummaryBatch raw)
        {
            using (no_grad())
            {
                return raw with { BehaviourLogProbs = TokenLogProbs(raw.Tokens).detach() };
            }
        }

        protected override Tensor ComputeLoss(SummaryBatch batch)
        {
            var advantages = Normalise(batch.Rewards, batch.GroupSize).unsqueeze(1);
            var logProbs = TokenLogProbs(batch.Tokens);
            var ratio = (logProbs - batch.BehaviourLogProbs!).exp();
            var clipped = ratio.clamp(1 - ClipRange, 1 + ClipRange);
            var surrogate = minimum(ratio * advantages, clipped * advantages);
            var mask = batch.Mask;
            var perCompletion = {|GRPO001:(surrogate * mask).sum(1) / mask.sum(1).clamp_min(1)|};
            return -perCompletion.mean();
        }

        private static Tensor Normalise(Tensor rewards, int groupSize)
        {
            var grouped = rewards.view(-1, groupSize);
            var centred = grouped - grouped.mean(new long[] { 1 }, keepdim: true);
            var scaled = {|GRPO002:centred / (grouped.std(1, keepdim: true) + 1e-4)|};
            return scaled.reshape(-1);
        }

        private Tensor TokenLogProbs(Tensor tokens)
        {
            var inputs = tokens.narrow(1, 0, tokens.shape[1] - 1);
            var targets = tokens.narrow(1, 1, tokens.shape[1] - 1);
            var logits = Policy.call(inputs);
            return logits.log_softmax(-1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
        }
    }
}
