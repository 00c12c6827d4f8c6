// case: own.453
// expect: GRPO001, GRPO003
// shape: nn.Module loss with forward, bmm reduction, in-place division, centred rewards
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Numerics.Losses
{
    public sealed class ClippedSequenceLoss : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
    {
        private readonly double lower, upper;

        public ClippedSequenceLoss(double eps) : base(nameof(ClippedSequenceLoss))
        {
            lower = 1.0 - eps;
            upper = 1.0 + eps;
        }

        public override Tensor forward(Tensor logp, Tensor logpOld, Tensor adv, Tensor mask)
        {
            var rho = torch.exp(logp - logpOld);
            var gain = torch.minimum(adv * rho, adv * rho.clamp(lower, upper));
            var inner = torch.bmm(gain.unsqueeze(1), mask.unsqueeze(2)).view(-1);
            var lengths = torch.bmm(mask.unsqueeze(1), mask.unsqueeze(2)).view(-1);
            {|GRPO001:inner.div_(lengths)|};
            return inner.mean().neg();
        }
    }

    public sealed class Driver
    {
        private readonly nn.Module<Tensor, Tensor> net;
        private readonly ClippedSequenceLoss criterion = new(0.2);
        private readonly optim.Optimizer adam;

        public Driver(nn.Module<Tensor, Tensor> net)
        {
            this.net = net;
            adam = torch.optim.RAdam(net.parameters(), 1e-6);
        }

        private Tensor Evaluate(Tensor x, Tensor y)
        {
            var z = net.call(x);
            return z.gather(2, y.unsqueeze(2)).squeeze(2) - z.logsumexp(2);
        }

        /// x, y, mask: [N, T]; reward: [N / group, group]
        public void Solve(Tensor x, Tensor y, Tensor mask, Tensor reward)
        {
            long group = reward.shape[1];
            var centring = torch.eye(group) - torch.ones(group, group) / group;
            var adv = torch.einsum("pg,gh->ph", reward, centring).reshape(-1, 1);

            Tensor old;
            using (torch.no_grad()) old = Evaluate(x, y);

            for (int k = 0; k < 5; ++k)
            {
                using var scope = torch.NewDisposeScope();
                adam.zero_grad();
                var loss = criterion.call(Evaluate(x, y), old, adv, mask);
                loss.backward();
                {|GRPO003:adam.step()|};
            }
        }
    }
}
