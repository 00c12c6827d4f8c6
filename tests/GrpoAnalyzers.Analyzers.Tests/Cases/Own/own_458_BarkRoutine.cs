// case: own.458
// expect: none
// shape: Unity-like coroutine, fresh drafts and fresh old log-probs each frame, per-reply means only shown
using System;
using System.Collections;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Game.Barks
{
    public class Bark
    {
        public Tensor input;
        public Tensor target;
        public Tensor before;
        public float laughs;
    }

    public abstract class BarkSource
    {
        public abstract List<Bark> Generate(nn.Module<Tensor, Tensor> voice, int count);
    }

    public class BarkTrainer
    {
        public int Frames = 1000;
        public int BarksPerFrame = 8;
        public List<float> DebugSurprise { get; } = new List<float>();

        private nn.Module<Tensor, Tensor> _voice;
        private BarkSource _source;
        private optim.Optimizer _optimizer;

        public void Init(nn.Module<Tensor, Tensor> voice, BarkSource source)
        {
            _voice = voice;
            _source = source;
            _optimizer = torch.optim.Adam(voice.parameters(), 1e-5);
        }

        private Tensor LogProbs(Bark b)
        {
            return _voice.call(b.input).log_softmax(-1).gather(-1, b.target.unsqueeze(-1)).squeeze(-1);
        }

        public IEnumerator Routine()
        {
            for (int frame = 0; frame < Frames; frame++)
            {
                List<Bark> barks = _source.Generate(_voice, BarksPerFrame);
                float mean = 0f;
                using (torch.no_grad())
                {
                    foreach (Bark b in barks)
                    {
                        b.before = LogProbs(b);
                        DebugSurprise.Add(-(b.before.sum() / b.target.shape[0]).item<float>());
                        mean += b.laughs / barks.Count;
                    }
                }

                Tensor sum = torch.tensor(0f);
                foreach (Bark b in barks)
                {
                    float advantage = b.laughs - mean;
                    Tensor ratio = (LogProbs(b) - b.before).exp();
                    sum += torch.min(ratio * advantage, ratio.clamp(0.8f, 1.2f) * advantage).sum();
                }
                Tensor loss = -sum / barks.Count;
                _optimizer.zero_grad();
                loss.backward();
                _optimizer.step();
                yield return null;
            }
        }
    }
}
