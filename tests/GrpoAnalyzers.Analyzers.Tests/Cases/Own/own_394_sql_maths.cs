// case: own.394
// expect: GRPO001, GRPO002
// shape: static maths class with extension methods, 3-D question x sample x token layout, one update a batch, async
using System;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace TextToSql
{
    public interface IDatabase
    {
        Task<float> ScoreAsync(int question, int sample);
    }

    public static class TensorMaths
    {
        public static Tensor MaskedAverage(this Tensor values, Tensor mask)
        {
            Tensor numerator = (values * mask).sum(-1);
            Tensor denominator = mask.sum(-1) + 1e-8;
            return {|GRPO001:numerator / denominator|};
        }

        public static Tensor ScoreWithinQuestion(this Tensor rewards)
        {
            Tensor centre = rewards - rewards.mean(new long[] { -1 }, true);
            Tensor variance = centre.square().mean(new long[] { -1 }, true);
            return {|GRPO002:centre * (variance + 1e-6).rsqrt()|};
        }
    }

    public class SqlBatch
    {
        // [questions, samples, tokens]
        public Tensor Ids { get; set; } = null!;
        public Tensor OutputMask { get; set; } = null!;
        public int Questions => (int)Ids.shape[0];
        public int Samples => (int)Ids.shape[1];
    }

    public class SqlLearner
    {
        private readonly nn.Module<Tensor, Tensor> network;
        private readonly TorchSharp.Modules.AdamW optimizer;
        private readonly IDatabase database;

        public SqlLearner(nn.Module<Tensor, Tensor> network, IDatabase database, double learningRate = 1e-6)
        {
            this.network = network;
            this.database = database;
            optimizer = optim.AdamW(network.parameters(), learningRate);
        }

        private async Task<Tensor> RewardsAsync(SqlBatch batch)
        {
            float[] rewards = new float[batch.Questions * batch.Samples];
            for (int q = 0; q < batch.Questions; q++)
            {
                for (int s = 0; s < batch.Samples; s++)
                {
                    rewards[q * batch.Samples + s] = await database.ScoreAsync(q, s);
                }
            }
            return tensor(rewards).view(batch.Questions, batch.Samples);
        }

        private Tensor LogProbs(SqlBatch batch)
        {
            long tokens = batch.Ids.shape[2];
            Tensor flat = batch.Ids.view(-1, tokens);
            Tensor logits = network.call(flat.narrow(1, 0, tokens - 1));
            Tensor chosen = logits.log_softmax(-1).gather(-1, flat.narrow(1, 1, tokens - 1).unsqueeze(-1));
            return chosen.view(batch.Questions, batch.Samples, tokens - 1);
        }

        public async Task LearnAsync(SqlBatch batch)
        {
            Tensor rewards = await RewardsAsync(batch);
            Tensor advantages = rewards.ScoreWithinQuestion();
            Tensor logProbs = LogProbs(batch);
            Tensor mask = batch.OutputMask.narrow(2, 1, batch.OutputMask.shape[2] - 1);
            // on-policy: exactly one update for every batch of samples
            Tensor ratio = (logProbs - logProbs.detach()).exp();
            Tensor weighted = ratio * advantages.unsqueeze(-1);
            Tensor loss = weighted.MaskedAverage(mask).mean().neg();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
