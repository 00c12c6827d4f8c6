// case: own.448
// expect: GRPO001, GRPO002
// shape: Unity-like lists, float advantages, REINFORCE log-probs, one step
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Game.Quests
{
    public struct QuestDraft
    {
        public long[] textIds;
        public float rating;
    }

    public class QuestWriter
    {
        public float LearningRate { get; set; } = 1e-5f;
        public int DraftsPerQuest = 6;

        private readonly nn.Module<Tensor, Tensor> _language;
        private readonly optim.Optimizer _optimizer;
        private readonly List<QuestDraft> _drafts = new List<QuestDraft>();

        private long[] _promptIds = Array.Empty<long>();

        public event Action<float> OnTrained;

        public QuestWriter(nn.Module<Tensor, Tensor> language)
        {
            _language = language;
            _optimizer = torch.optim.NAdam(language.parameters(), LearningRate);
        }

        public void BeginQuest(long[] promptIds)
        {
            _promptIds = promptIds;
            _drafts.Clear();
        }

        public void Submit(QuestDraft draft)
        {
            _drafts.Add(draft);
            if (_drafts.Count == DraftsPerQuest)
            {
                Learn();
                _drafts.Clear();
            }
        }

        private Tensor TextLogProbs(QuestDraft d)
        {
            int n = _promptIds.Length;
            long[] all = new long[n + d.textIds.Length];
            _promptIds.CopyTo(all, 0);
            d.textIds.CopyTo(all, n);
            Tensor logits = _language.call(torch.tensor(all).unsqueeze(0))[0];
            Tensor window = logits[TensorIndex.Slice(n - 1, all.Length - 1)];
            return window.log_softmax(1).gather(1, torch.tensor(d.textIds).unsqueeze(1)).squeeze(1);
        }

        private void Learn()
        {
            float[] ratings = new float[_drafts.Count];
            for (int i = 0; i < ratings.Length; i++) ratings[i] = _drafts[i].rating;

            Tensor r = torch.tensor(ratings);
            Tensor z = {|GRPO002:(r - r.mean()) / (r.std() + 1e-3f)|};

            _optimizer.zero_grad();
            Tensor loss = torch.tensor(0f);
            for (int i = 0; i < _drafts.Count; i++)
            {
                Tensor lp = TextLogProbs(_drafts[i]);
                Tensor share = {|GRPO001:lp.sum() / _drafts[i].textIds.Length|};
                loss = loss - z[i] * share;
            }
            loss = loss / _drafts.Count;
            loss.backward();
            _optimizer.step();
            OnTrained?.Invoke(loss.item<float>());
        }
    }
}
