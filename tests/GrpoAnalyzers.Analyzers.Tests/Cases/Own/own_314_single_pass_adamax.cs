// case: own.314
// expect: GRPO001, GRPO002
// shape: one pass over disjoint minibatches of a rollout (each row serves one step), Adamax, advantages in a dictionary keyed by prompt
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Dialog
{
    public class Turn
    {
        public string PromptId;
        public Tensor Tokens;     // [T]
        public Tensor ReplyMask;  // [T]
        public Tensor LogpAtSampling; // [T]
        public float Reward;
    }

    public class DialogTrainer
    {
        public int MiniBatch = 8;
        public double Epsilon = 0.2;
        readonly nn.Module<Tensor, Tensor> lm;
        readonly optim.Optimizer optimizer;
        readonly Random rnd = new Random();

        public DialogTrainer(nn.Module<Tensor, Tensor> lm) 
        {
            this.lm = lm;
            optimizer = optim.Adamax(lm.parameters(), lr: 2e-5);
        }

        Dictionary<string, (float mean, float std)> Statistics(IEnumerable<Turn> turns)
        {
            var result = new Dictionary<string, (float, float)>();
            foreach (var grp in turns.GroupBy(t => t.PromptId))
            {
                float m = grp.Average(t => t.Reward);
                float s = MathF.Sqrt(grp.Sum(t => MathF.Pow(t.Reward - m, 2)) / Math.Max(1, grp.Count() - 1));
                result[grp.Key] = (m, s);
            }
            return result;
        }

        public float Validate(IReadOnlyList<Turn> heldOut)
        {
            using var ng = no_grad();
            var rewards = heldOut.Select(t => t.Reward).ToArray();
            var avg = rewards.Average();
            var dev = MathF.Sqrt(rewards.Average(r => (r - avg) * (r - avg)));
            Console.WriteLine($"held out: {avg:F3} +- {dev / MathF.Sqrt(rewards.Length):F3}");
            return avg;
        }

        public void Consume(List<Turn> turns)
        {
            var stats = Statistics(turns);
            var shuffled = turns.OrderBy(_ => rnd.Next()).ToArray();
            foreach (var chunk in shuffled.Chunk(MiniBatch))
            {
                using var scope = NewDisposeScope();
                var advantage = tensor(chunk.Select(t =>
                {
                    var (m, s) = stats[t.PromptId];
                    return {|GRPO002:(t.Reward - m) / (s + 1e-4f)|};
                }).ToArray()).unsqueeze(1);

                var ids = stack(chunk.Select(t => t.Tokens));
                var mask = stack(chunk.Select(t => t.ReplyMask));
                var old = stack(chunk.Select(t => t.LogpAtSampling));
                var now = nn.functional.log_softmax(lm.forward(ids), -1).gather(2, ids.unsqueeze(2)).squeeze(2);
                var ratio = exp(now - old);
                var obj = minimum(ratio * advantage, clamp(ratio, 1 - Epsilon, 1 + Epsilon) * advantage);
                var perReply = {|GRPO001:torch.sum(obj * mask, 1) / torch.sum(mask, 1)|};
                var loss = perReply.mean() * -1;

                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
