// case: own.395
// expect: none
// shape: repeated clipped updates with a KL monitor that stops the loop, token mean, centred rewards
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace CoqAgent
{
    public sealed class KlMonitor
    {
        private readonly float limit;
        public KlMonitor(float limit) { this.limit = limit; }

        public bool TooFar(Tensor logRatio, Tensor mask)
        {
            using (no_grad())
            {
                Tensor d = logRatio.detach();
                Tensor k3 = d.exp() - 1 - d;
                float value = ((k3 * mask).sum() / mask.sum()).ToSingle();
                return value > limit;
            }
        }
    }

    public sealed class ScriptBatch
    {
        public Tensor Ids = null!;
        public Tensor Mask = null!;
        public float[] Rewards = Array.Empty<float>();
    }

    public static class Centering
    {
        public static float[] Centre(float[] rewards)
        {
            float mean = 0f;
            foreach (float r in rewards) mean += r / rewards.Length;
            float[] result = new float[rewards.Length];
            for (int i = 0; i < rewards.Length; i++) result[i] = rewards[i] - mean;
            return result;
        }
    }

    public sealed class ScriptTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly optim.Optimizer optimizer;
        private readonly KlMonitor monitor = new KlMonitor(0.03f);

        public ScriptTrainer(nn.Module<Tensor, Tensor> policy)
        {
            this.policy = policy;
            optimizer = optim.AdamW(policy.parameters(), 2e-6, weight_decay: 0.01);
        }

        private Tensor LogProbs(Tensor ids)
        {
            long n = ids.shape[1] - 1;
            return policy.call(ids.narrow(1, 0, n)).log_softmax(2).gather(2, ids.narrow(1, 1, n).unsqueeze(2)).squeeze(2);
        }

        public int Train(ScriptBatch batch, int maximumSteps)
        {
            Tensor mask = batch.Mask.narrow(1, 1, batch.Mask.shape[1] - 1);
            Tensor advantages = tensor(Centering.Centre(batch.Rewards)).unsqueeze(1);
            Tensor old = LogProbs(batch.Ids).detach();
            int steps = 0;
            for (; steps < maximumSteps; steps++)
            {
                Tensor logRatio = (LogProbs(batch.Ids) - old) * mask;
                if (monitor.TooFar(logRatio, mask))
                {
                    break;
                }
                Tensor ratio = logRatio.exp();
                Tensor surrogate = minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages);
                Tensor loss = -(surrogate * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
            // only for the log file
            float meanLength = mask.sum(1).mean().ToSingle();
            float perScript = ((old * mask).sum(1) / mask.sum(1)).mean().ToSingle();
            Console.WriteLine($"steps {steps}, length {meanLength:F1}, mean log-probability {perScript:F3}");
            return steps;
        }
    }
}
