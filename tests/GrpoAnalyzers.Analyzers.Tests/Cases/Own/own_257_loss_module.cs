// case: own.257
// expect: GRPO001, GRPO002, GRPO003
// shape: loss as nn.Module, advantages in a static maths class; 002
using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lab.Losses
{
    public sealed class ClippedObjective : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
    {
        private readonly double _low;
        private readonly double _high;

        public ClippedObjective(double low = 0.2, double high = 0.2) : base("clipped_objective")
        {
            _low = low;
            _high = high;
        }

        // new log-probs [N,T], old log-probs [N,T], advantages [N], mask [N,T]
        public override Tensor forward(Tensor current, Tensor old, Tensor advantages, Tensor mask)
        {
            var delta = torch.where(mask.to(ScalarType.Bool), current - old, torch.zeros_like(current));
            var importance = delta.exp();
            var adv = advantages.view(-1, 1).expand_as(importance);
            var surrogate = torch.min(importance.mul(adv), importance.clamp(1.0 - _low, 1.0 + _high).mul(adv));
            var lengths = mask.sum(-1).clamp_min(1);
            var sequence = {|GRPO001:surrogate.mul(mask).sum(-1).div(lengths)|};
            return sequence.mean().neg();
        }
    }
}

namespace Lab.Maths
{
    public static class RewardShaping
    {
        public static Tensor PerPrompt(Tensor rewards, long groupSize)
        {
            var table = rewards.view(-1, groupSize);
            var centred = table - table.mean(new[] { 1L }, true);
            var variance = centred.square().mean(new[] { 1L }, true);
            return {|GRPO002:(centred / (variance + 1e-8).sqrt())|}.view(-1);
        }
    }
}

namespace Lab.Training
{
    using Lab.Losses;
    using Lab.Maths;

    public class Experience
    {
        public required Tensor Ids { get; init; }
        public required Tensor Mask { get; init; }
        public required Tensor Rewards { get; init; }
        public required Tensor OldLogProbs { get; init; }
    }

    public class Learner
    {
        private readonly nn.Module<Tensor, Tensor> _model;
        private readonly ClippedObjective _objective = new(0.2, 0.25);
        private readonly AdamW _adamw;

        public int GroupSize { get; set; } = 16;
        public int Epochs { get; set; } = 3;

        public Learner(nn.Module<Tensor, Tensor> model, double lr)
        {
            _model = model;
            _adamw = optim.AdamW(_model.parameters(), lr);
        }

        public void Absorb(Experience e)
        {
            var advantages = RewardShaping.PerPrompt(e.Rewards, GroupSize).detach();
            for (var epoch = 0; epoch < Epochs; epoch++)
            {
                var logits = _model.call(e.Ids.slice(1, 0, -1, 1));
                var chosen = e.Ids.slice(1, 1, e.Ids.shape[1], 1);
                var logp = nn.functional.log_softmax(logits, 2).gather(2, chosen.unsqueeze(2)).squeeze(2);
                var loss = _objective.call(logp, e.OldLogProbs, advantages, e.Mask);
                _adamw.zero_grad();
                loss.backward();
                {|GRPO003:_adamw.step()|};
            }
        }
    }
}
