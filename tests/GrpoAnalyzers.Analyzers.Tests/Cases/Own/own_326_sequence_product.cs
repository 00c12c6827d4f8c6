// case: own.326
// expect: GRPO002, GRPO003
// shape: sequence-level ratio by summed log-probabilities (no length anywhere), L2 norm after centring, Action delegate run in a loop
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace SequenceLevel
{
    public class ProofSearchTrainer
    {
        private readonly nn.Module<Tensor, Tensor> prover;
        private readonly optim.Optimizer optimizer;

        public int AttemptsPerTheorem { get; }
        public int Replays { get; }

        public ProofSearchTrainer(nn.Module<Tensor, Tensor> prover, int attemptsPerTheorem, int replays = 3)
        {
            this.prover = prover;
            AttemptsPerTheorem = attemptsPerTheorem;
            Replays = replays;
            optimizer = optim.AdamW(prover.parameters(), lr: 1e-6, eps: 1e-8);
        }

        private Tensor SequenceLogp(Tensor ids, Tensor mask)
        {
            var token = prover.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            return (token * mask).sum(-1);
        }

        private Tensor Advantage(Tensor verdicts)
        {
            var g = verdicts.view(-1, AttemptsPerTheorem);
            var centred = g - g.mean(new long[] { -1 }, keepdim: true);
            var length = centred.square().sum(-1, keepdim: true).sqrt();
            return {|GRPO002:(centred / (length + 1e-6))|}.flatten();
        }

        public void Update(Tensor ids, Tensor mask, Tensor verdicts)
        {
            var advantage = Advantage(verdicts);
            Tensor before;
            using (no_grad()) before = SequenceLogp(ids, mask);

            Action replay = () =>
            {
                var logRatio = (SequenceLogp(ids, mask) - before).clamp(-5, 5);
                var ratio = logRatio.exp();
                var clipped = ratio.clamp(0.8, 1.2);
                var loss = -torch.min(ratio * advantage, clipped * advantage).mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            };

            for (int i = 0; i < Replays; i++)
                replay();
        }
    }
}
