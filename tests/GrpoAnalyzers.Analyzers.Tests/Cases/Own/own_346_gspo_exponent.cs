// case: own.346
// expect: none
// shape: GSPO with the geometric mean ratio (1/length only in the exponent), centring, one update per rollout, generic result type
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Gspo
{
    public readonly record struct StepResult<T>(T Loss, T MeanRatio, T MaxRatio) where T : struct;

    public sealed class GspoTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly optim.Optimizer optimizer;
        private readonly double low, high;
        private readonly long group;

        public GspoTrainer(nn.Module<Tensor, Tensor> policy, long group, double low = 3e-4, double high = 4e-4)
        {
            this.policy = policy;
            this.group = group;
            (this.low, this.high) = (low, high);
            optimizer = optim.AdamW(policy.parameters(), 1e-6);
        }

        private Tensor TokenLogp(Tensor ids)
        {
            var logits = policy.forward(ids);
            return logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        }

        private static Tensor SequenceRatio(Tensor logp, Tensor old, Tensor mask)
        {
            // geometric mean over the tokens, equation 7
            var exponent = ((logp - old) * mask).sum(1) / mask.sum(1);
            return exponent.exp();
        }

        public StepResult<float> Step(Tensor ids, Tensor mask, Tensor sampledLogp, Tensor rewards)
        {
            using var scope = NewDisposeScope();
            var table = rewards.view(-1, group);
            var adv = (table - table.mean(new long[] { 1 }, keepdim: true)).view(-1);
            var s = SequenceRatio(TokenLogp(ids), sampledLogp.detach(), mask);
            var loss = -minimum(s * adv, s.clamp(1 - low, 1 + high) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            return new StepResult<float>(loss.ToSingle(), s.mean().ToSingle(), s.max().ToSingle());
        }
    }
}
