// case: own.386
// expect: GRPO001, GRPO002, GRPO003
// shape: padded batch, float-array advantages in helper class, epochs from options
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ProofSearch
{
    public sealed class TrainerOptions
    {
        public int AttemptsPerTheorem { get; set; } = 8;
        public int PolicyEpochs { get; set; } = 4;
        public float ClipRange { get; set; } = 0.2f;
        public int PadToken { get; set; } = 0;
    }

    public sealed class ProofAttempt
    {
        public long[] Tokens = Array.Empty<long>();
        public bool Closed;
        public int OpenGoals;
    }

    public static class GoalScorer
    {
        public static float[] Score(IReadOnlyList<ProofAttempt> attempts)
        {
            float[] scores = new float[attempts.Count];
            for (int i = 0; i < attempts.Count; i++)
            {
                scores[i] = attempts[i].Closed ? 1f : -0.1f * attempts[i].OpenGoals;
            }
            return scores;
        }

        // All attempts passed in belong to the same theorem.
        public static float[] Standardise(float[] scores)
        {
            float total = 0f;
            for (int i = 0; i < scores.Length; i++) total += scores[i];
            float average = total / scores.Length;
            float squares = 0f;
            for (int i = 0; i < scores.Length; i++)
            {
                float delta = scores[i] - average;
                squares += delta * delta;
            }
            float deviation = MathF.Sqrt(squares / scores.Length);
            float[] result = new float[scores.Length];
            for (int i = 0; i < scores.Length; i++)
            {
                result[i] = {|GRPO002:(scores[i] - average) / (deviation + 1e-4f)|};
            }
            return result;
        }
    }

    public sealed class Padder
    {
        private readonly int pad;
        public Padder(int pad) { this.pad = pad; }

        public (Tensor ids, Tensor mask) Pad(IReadOnlyList<ProofAttempt> attempts)
        {
            int width = 0;
            foreach (ProofAttempt a in attempts) width = Math.Max(width, a.Tokens.Length);
            long[] ids = new long[attempts.Count * width];
            float[] mask = new float[attempts.Count * width];
            for (int row = 0; row < attempts.Count; row++)
            {
                for (int col = 0; col < width; col++)
                {
                    bool real = col < attempts[row].Tokens.Length;
                    ids[row * width + col] = real ? attempts[row].Tokens[col] : pad;
                    mask[row * width + col] = real ? 1f : 0f;
                }
            }
            return (tensor(ids).view(attempts.Count, width), tensor(mask).view(attempts.Count, width));
        }
    }

    public sealed class TacticTrainer
    {
        private readonly Module<Tensor, Tensor> policy;
        private readonly optim.Optimizer optimizer;
        private readonly TrainerOptions options;
        private readonly Padder padder;

        public TacticTrainer(Module<Tensor, Tensor> policy, TrainerOptions options)
        {
            this.policy = policy;
            this.options = options;
            this.optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, weight_decay: 0.01);
            this.padder = new Padder(options.PadToken);
        }

        private Tensor LogProbs(Tensor ids)
        {
            Tensor logits = policy.call(ids);
            Tensor predicted = logits.narrow(1, 0, ids.shape[1] - 1);
            Tensor target = ids.narrow(1, 1, ids.shape[1] - 1);
            return predicted.log_softmax(-1).gather(-1, target.unsqueeze(-1)).squeeze(-1);
        }

        public void TrainOnTheorem(IReadOnlyList<ProofAttempt> attempts)
        {
            using var scope = NewDisposeScope();
            (Tensor ids, Tensor fullMask) = padder.Pad(attempts);
            Tensor mask = fullMask.narrow(1, 1, ids.shape[1] - 1);
            Tensor advantages = tensor(GoalScorer.Standardise(GoalScorer.Score(attempts))).unsqueeze(1);
            Tensor before;
            using (no_grad()) before = LogProbs(ids).detach();

            for (int epoch = 0; epoch < options.PolicyEpochs; epoch++)
            {
                Tensor ratio = ((LogProbs(ids) - before) * mask).exp();
                Tensor clipped = ratio.clamp(1f - options.ClipRange, 1f + options.ClipRange);
                Tensor objective = torch.minimum(ratio * advantages, clipped * advantages) * mask;
                Tensor perProof = {|GRPO001:objective.sum(1) / mask.sum(1).clamp_min(1)|};
                Tensor loss = -perProof.mean();
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
