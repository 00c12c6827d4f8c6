// case: own.498
// expect: GRPO001, GRPO002
// shape: game barks, ragged list of structs, float stats, one step per tick
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace BarkLab
{
    public struct BarkSample
    {
        public long[] Context;
        public long[] Tokens;
        public float Score;
        public float Advantage;
    }

    public interface IBarkScorer { float Score(long[] context, long[] bark); }

    public sealed class BarkTuner
    {
        const int SlotsPerContext = 6;
        readonly nn.Module<Tensor, Tensor> _net;
        readonly optim.Optimizer _adam;
        readonly IBarkScorer _scorer;
        readonly BarkSample[] _slots = new BarkSample[SlotsPerContext];
        readonly Queue<long[]> _contexts = new();

        public BarkTuner(nn.Module<Tensor, Tensor> net, IBarkScorer scorer)
        {
            _net = net;
            _scorer = scorer;
            _adam = optim.Adam(net.parameters(), 3e-5);
        }

        public void Enqueue(long[] ctx) => _contexts.Enqueue(ctx);

        // Called once per server tick.
        public void Tick()
        {
            if (_contexts.Count == 0) return;
            var ctx = _contexts.Dequeue();
            for (int i = 0; i < _slots.Length; i++)
            {
                var toks = Speak(ctx, 24);
                _slots[i] = new BarkSample { Context = ctx, Tokens = toks, Score = _scorer.Score(ctx, toks) };
            }
            FillAdvantages();
            Learn();
        }

        void FillAdvantages()
        {
            float mean = 0f, var = 0f;
            foreach (ref var s in _slots.AsSpan()) mean += s.Score;
            mean /= SlotsPerContext;
            foreach (ref var s in _slots.AsSpan()) var += (s.Score - mean) * (s.Score - mean);
            float dev = MathF.Sqrt(var / SlotsPerContext);
            for (int i = 0; i < _slots.Length; i++)
                _slots[i].Advantage = {|GRPO002:(_slots[i].Score - mean) / (dev + 1e-4f)|};
        }

        void Learn()
        {
            using var d = NewDisposeScope();
            Tensor total = zeros(1);
            foreach (var s in _slots)
            {
                var lp = LogProbs(s);                 // [len]
                total = total - {|GRPO001:lp.sum() * s.Advantage / s.Tokens.Length|};
            }
            _adam.zero_grad();
            (total / SlotsPerContext).backward();
            _adam.step();
        }

        Tensor LogProbs(in BarkSample s)
        {
            var all = new long[s.Context.Length + s.Tokens.Length];
            s.Context.CopyTo(all, 0);
            s.Tokens.CopyTo(all, s.Context.Length);
            var logits = _net.forward(tensor(all).unsqueeze(0)).squeeze(0);
            var rows = logits.narrow(0, s.Context.Length - 1, s.Tokens.Length);
            return nn.functional.log_softmax(rows, 1).gather(1, tensor(s.Tokens).unsqueeze(1)).squeeze(1);
        }

        long[] Speak(long[] ctx, int max)
        {
            using var ng = no_grad();
            var seq = new List<long>(ctx);
            for (int i = 0; i < max; i++)
            {
                using var d = NewDisposeScope();
                var last = _net.forward(tensor(seq.ToArray()).unsqueeze(0)).squeeze(0)[-1];
                long t = multinomial(nn.functional.softmax(last, 0), 1).item<long>();
                seq.Add(t);
                if (t == 2) break;
            }
            return seq.GetRange(ctx.Length, seq.Count - ctx.Length).ToArray();
        }
    }
}
