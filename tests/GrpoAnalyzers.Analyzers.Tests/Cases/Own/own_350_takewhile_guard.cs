// case: own.350
// expect: none
// shape: board game; update passes form a lazy sequence of statistics and the caller stops with TakeWhile on the clip fraction; flat list of moves, baseline from a critic
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace BoardGame
{
    public readonly record struct PassInfo(int Pass, double ClipFraction, double Loss);

    public sealed class MoveBatch
    {
        public required Tensor Boards { get; init; }
        public required Tensor Moves { get; init; }
        public required Tensor Legal { get; init; }
        public required Tensor Outcome { get; init; }
    }

    public sealed class BoardTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy, value;
        private readonly TorchSharp.Modules.AdamW opt;
        public double ClipLimit { get; set; } = 0.1;

        public BoardTrainer(int squares, int moves)
        {
            policy = nn.Sequential(nn.Linear(squares, 256), nn.ReLU(), nn.Linear(256, moves));
            value = nn.Sequential(nn.Linear(squares, 256), nn.ReLU(), nn.Linear(256, 1), nn.Tanh());
            opt = optim.AdamW(policy.parameters().Concat(value.parameters()), 1e-4);
        }

        public int Optimise(MoveBatch batch, int maxPasses)
        {
            var old = Distribution(batch).log_prob(batch.Moves).detach();
            Tensor adv;
            using (no_grad())
            {
                adv = batch.Outcome - value.forward(batch.Boards).squeeze(-1);
                adv = (adv - adv.mean()) / (adv.std() + 1e-6);
            }
            int used = 0;
            foreach (var info in Passes(batch, adv, old).Take(maxPasses).TakeWhile(p => p.ClipFraction < ClipLimit))
            {
                used = info.Pass + 1;
                Console.WriteLine($"pass {info.Pass}: loss {info.Loss:F4}, clipped {info.ClipFraction:P1}");
            }
            return used;
        }

        private IEnumerable<PassInfo> Passes(MoveBatch batch, Tensor adv, Tensor old)
        {
            for (int pass = 0; ; pass++)
            {
                var ratio = (Distribution(batch).log_prob(batch.Moves) - old).exp();
                var policyLoss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
                var valueLoss = nn.functional.mse_loss(value.forward(batch.Boards).squeeze(-1), batch.Outcome);
                var loss = policyLoss + 0.5 * valueLoss;
                opt.zero_grad();
                loss.backward();
                opt.step();
                var outside = (ratio - 1).abs().gt(0.2).to_type(ScalarType.Float32);
                yield return new PassInfo(pass, outside.mean().ToDouble(), loss.ToDouble());
            }
        }

        private TorchSharp.Modules.Categorical Distribution(MoveBatch b)
            => distributions.Categorical(logits: policy.forward(b.Boards).masked_fill(b.Legal.logical_not(), -1e9));
    }
}
