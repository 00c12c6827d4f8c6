// case: own.339
// expect: none
// shape: evaluation tool only: per-answer mean log-probability, reward z-scores per prompt, clip fractions between two checkpoints, nothing trained
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Evaluation
{
    public sealed record AnswerReport(int Prompt, float Reward, float ZScore, float MeanLogp, float SurrogateGain, float ClippedShare);

    public sealed class CheckpointComparer
    {
        private readonly nn.Module<Tensor, Tensor> before, after;

        public CheckpointComparer(nn.Module<Tensor, Tensor> before, nn.Module<Tensor, Tensor> after)
        {
            this.before = before;
            this.after = after;
            before.eval();
            after.eval();
        }

        public List<AnswerReport> Compare(Tensor ids, Tensor mask, Tensor rewards)
        {
            using var ng = no_grad();
            using var scope = NewDisposeScope();
            var std = rewards.std(1, keepdim: true);
            var z = (rewards - rewards.mean(new long[] { 1 }, keepdim: true)) / (std + 1e-6);
            var flatZ = z.view(-1);
            var oldLp = Lp(before, ids);
            var newLp = Lp(after, ids);
            var ratio = (newLp - oldLp).exp();
            var adv = flatZ.unsqueeze(1);
            var surrogate = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var lengths = mask.sum(1);
            var gain = (surrogate * mask).sum(1) / lengths;
            var meanLp = (newLp * mask).sum(1) / lengths;
            var clipped = ((ratio - 1).abs().gt(0.2).to_type(ScalarType.Float32) * mask).sum(1) / lengths;

            int perPrompt = (int)rewards.shape[1];
            var list = new List<AnswerReport>();
            for (int i = 0; i < (int)ids.shape[0]; i++)
            {
                list.Add(new AnswerReport(i / perPrompt,
                    rewards.view(-1)[i].ToSingle(),
                    flatZ[i].ToSingle(),
                    meanLp[i].ToSingle(),
                    gain[i].ToSingle(),
                    clipped[i].ToSingle()));
            }
            return list;
        }

        public static void Write(string path, IEnumerable<AnswerReport> rows)
        {
            var lines = rows.Select(r => FormattableString.Invariant($"{r.Prompt};{r.Reward};{r.ZScore};{r.MeanLogp};{r.SurrogateGain};{r.ClippedShare}"));
            File.WriteAllLines(path, lines.Prepend("prompt;reward;z;logp;gain;clipped"));
        }

        private static Tensor Lp(nn.Module<Tensor, Tensor> m, Tensor ids)
            => m.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
    }
}
