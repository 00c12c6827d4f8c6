// case: own.447
// expect: GRPO002, GRPO003
// shape: Unity-like component, coroutine update, token mean, float std
using System;
using System.Collections;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Game.Npc
{
    [Serializable]
    public class DialogueSettings
    {
        public int optimisationPasses = 3;
        public float clipRange = 0.2f;
        public float learningRate = 3e-6f;
    }

    public class Utterance
    {
        public Tensor Tokens;
        public Tensor Targets;
        public Tensor StoredLogProbs;
        public float PlayerScore;
        public float Advantage;
    }

    public class NpcDialogueTrainer
    {
        public DialogueSettings settings = new DialogueSettings();
        public nn.Module<Tensor, Tensor> Brain { get; private set; }
        public List<Utterance> Replies { get; } = new List<Utterance>();

        private optim.Optimizer m_Optimizer;

        public void Awake(nn.Module<Tensor, Tensor> brain)
        {
            Brain = brain;
            m_Optimizer = torch.optim.Adam(brain.parameters(), settings.learningRate);
        }

        private Tensor Score(Utterance u)
        {
            Tensor logits = Brain.call(u.Tokens.unsqueeze(0)).squeeze(0);
            return logits.log_softmax(-1).gather(-1, u.Targets.unsqueeze(-1)).squeeze(-1);
        }

        // All replies in the list answer the same player line.
        private void AssignAdvantages()
        {
            float mean = 0f;
            foreach (Utterance u in Replies) mean += u.PlayerScore;
            mean /= Replies.Count;

            float sq = 0f;
            foreach (Utterance u in Replies) sq += (u.PlayerScore - mean) * (u.PlayerScore - mean);
            float deviation = MathF.Sqrt(sq / Replies.Count);

            foreach (Utterance u in Replies)
                u.Advantage = {|GRPO002:(u.PlayerScore - mean) / (deviation + 0.0001f)|};
        }

        public IEnumerator TrainRoutine()
        {
            AssignAdvantages();
            foreach (Utterance u in Replies)
            {
                using (torch.no_grad())
                    u.StoredLogProbs = Score(u).detach();
            }
            yield return null;

            for (int pass = 0; pass < settings.optimisationPasses; pass++)
            {
                m_Optimizer.zero_grad();
                Tensor total = torch.zeros(1);
                long tokenCount = 0;
                foreach (Utterance u in Replies)
                {
                    Tensor ratio = torch.exp(Score(u) - u.StoredLogProbs);
                    Tensor clipped = ratio.clamp(1f - settings.clipRange, 1f + settings.clipRange);
                    total = total + torch.min(ratio * u.Advantage, clipped * u.Advantage).sum();
                    tokenCount += u.Targets.shape[0];
                }
                Tensor loss = -total.sum() / tokenCount;
                loss.backward();
                {|GRPO003:m_Optimizer.step()|};
                yield return null;
            }
            Replies.Clear();
        }
    }
}
