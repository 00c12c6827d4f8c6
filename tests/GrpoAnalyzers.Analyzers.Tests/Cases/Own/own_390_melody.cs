// case: own.390
// expect: GRPO002, GRPO003
// shape: abstract base class, LINQ group statistics, constant normaliser, epochs times minibatches
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody
{
    public class Tune
    {
        public int ThemeId;
        public long[] Notes = Array.Empty<long>();
        public float Consonance;
        public float Variety;
        public float Reward => 0.7f * Consonance + 0.3f * Variety;
        public float Advantage;
    }

    public abstract class MelodyTrainerBase
    {
        protected readonly nn.Module<Tensor, Tensor> composer;
        protected readonly optim.Optimizer optimizer;
        protected const int MaxNotes = 64;

        protected MelodyTrainerBase(nn.Module<Tensor, Tensor> composer)
        {
            this.composer = composer;
            optimizer = optim.NAdam(composer.parameters(), 1e-4);
        }

        protected abstract Tensor Objective(Tensor now, Tensor old, Tensor advantage);

        protected Tensor NoteLogProbs(Tensor notes)
        {
            Tensor input = notes.narrow(1, 0, MaxNotes - 1);
            Tensor output = notes.narrow(1, 1, MaxNotes - 1);
            return composer.call(input).log_softmax(-1).gather(-1, output.unsqueeze(-1)).squeeze(-1);
        }

        protected static void AssignAdvantages(List<Tune> tunes)
        {
            foreach (IGrouping<int, Tune> theme in tunes.GroupBy(t => t.ThemeId))
            {
                float mean = theme.Average(t => t.Reward);
                float std = (float)Math.Sqrt(theme.Average(t => (t.Reward - mean) * (t.Reward - mean)));
                foreach (Tune tune in theme)
                {
                    float centred = tune.Reward - mean;
                    tune.Advantage = {|GRPO002:centred / (std + 0.0001f)|};
                }
            }
        }

        public void Learn(List<Tune> tunes, int epochs, int miniBatch)
        {
            AssignAdvantages(tunes);
            long[] flat = new long[tunes.Count * MaxNotes];
            float[] padding = new float[tunes.Count * MaxNotes];
            for (int i = 0; i < tunes.Count; i++)
            {
                int count = Math.Min(tunes[i].Notes.Length, MaxNotes);
                Array.Copy(tunes[i].Notes, 0, flat, i * MaxNotes, count);
                for (int j = 0; j < count; j++) padding[i * MaxNotes + j] = 1f;
            }
            Tensor notes = tensor(flat).reshape(tunes.Count, MaxNotes);
            Tensor mask = tensor(padding).reshape(tunes.Count, MaxNotes).narrow(1, 1, MaxNotes - 1);
            Tensor advantages = tensor(tunes.Select(t => t.Advantage).ToArray());
            Tensor oldLogProbs;
            using (no_grad())
            {
                oldLogProbs = NoteLogProbs(notes);
            }

            for (int epoch = 0; epoch < epochs; epoch++)
            {
                Tensor order = randperm(tunes.Count, dtype: ScalarType.Int64);
                for (int start = 0; start + miniBatch <= tunes.Count; start += miniBatch)
                {
                    using var scope = NewDisposeScope();
                    Tensor rows = order.narrow(0, start, miniBatch);
                    Tensor now = NoteLogProbs(notes.index_select(0, rows));
                    Tensor objective = Objective(now, oldLogProbs.index_select(0, rows), advantages.index_select(0, rows).unsqueeze(1));
                    Tensor loss = -(objective * mask.index_select(0, rows)).sum() / (miniBatch * MaxNotes);
                    optimizer.zero_grad();
                    loss.backward();
                    {|GRPO003:optimizer.step()|};
                }
            }
        }
    }

    public sealed class ClippedMelodyTrainer : MelodyTrainerBase
    {
        private readonly float clip;

        public ClippedMelodyTrainer(nn.Module<Tensor, Tensor> composer, float clip = 0.2f) : base(composer)
        {
            this.clip = clip;
        }

        protected override Tensor Objective(Tensor now, Tensor old, Tensor advantage)
        {
            Tensor ratio = now.sub(old).exp();
            Tensor first = ratio.mul(advantage);
            Tensor second = ratio.clamp(1 - clip, 1 + clip).mul(advantage);
            return first.minimum(second);
        }
    }
}
