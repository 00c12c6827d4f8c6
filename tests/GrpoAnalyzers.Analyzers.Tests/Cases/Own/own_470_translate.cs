// case: own.470
// expect: GRPO002, GRPO003
// shape: immutable options, minibatch shuffles over several epochs, token mean, L2 norm after centring
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using TorchSharp;
using static TorchSharp.torch;

namespace Translation.PostTraining
{
    public sealed record TuningOptions(double LearningRate, double Clip, int Epochs, int MinibatchSize, int Hypotheses)
    {
        public static TuningOptions Default { get; } = new(1e-6, 0.2, 3, 16, 8);
    }

    public sealed record Experience(Tensor Source, Tensor Target, Tensor Mask, Tensor OldLogProbs, Tensor Advantages)
    {
        public Experience Select(Tensor rows) => new(
            Source.index_select(0, rows),
            Target.index_select(0, rows),
            Mask.index_select(0, rows),
            OldLogProbs.index_select(0, rows),
            Advantages.index_select(0, rows));
    }

    public interface IMetricSink
    {
        void Write(string name, double value);
    }

    public sealed class TranslationTuner
    {
        private readonly nn.Module<Tensor, Tensor, Tensor> _model;
        private readonly TuningOptions _options;
        private readonly optim.Optimizer _optimizer;
        private readonly ImmutableArray<IMetricSink> _sinks;

        public TranslationTuner(nn.Module<Tensor, Tensor, Tensor> model, TuningOptions options, ImmutableArray<IMetricSink> sinks)
        {
            _model = model;
            _options = options;
            _sinks = sinks;
            _optimizer = optim.RAdam(model.parameters(), options.LearningRate);
        }

        public void Tune(Tensor source, Tensor target, Tensor mask, Tensor chrf)
        {
            using var scope = NewDisposeScope();
            Experience experience;
            using (no_grad())
            {
                experience = new Experience(source, target, mask, LogProbs(source, target), Advantages(chrf));
            }

            for (var epoch = 0; epoch < _options.Epochs; epoch++)
            {
                foreach (var rows in Minibatches(source.shape[0]))
                {
                    var part = experience.Select(rows);
                    var loss = Loss(part);
                    _optimizer.zero_grad();
                    loss.backward();
                    {|GRPO003:_optimizer.step()|};
                }
            }

            foreach (var sink in _sinks) sink.Write("chrf", chrf.mean().ToDouble());
        }

        private Tensor Loss(Experience e)
        {
            var ratio = exp(LogProbs(e.Source, e.Target) - e.OldLogProbs);
            var advantage = e.Advantages.unsqueeze(1);
            var worst = maximum(-advantage * ratio, -advantage * ratio.clamp(1 - _options.Clip, 1 + _options.Clip));
            return (worst * e.Mask).sum() / e.Mask.sum();
        }

        private Tensor Advantages(Tensor scores)
        {
            var table = scores.view(-1, _options.Hypotheses);
            var centred = table - table.mean(new long[] { 1 }, true);
            var length = centred.pow(2).sum(1, keepdim: true).sqrt();
            return {|GRPO002:(centred / (length + 1e-5))|}.view(-1);
        }

        private IEnumerable<Tensor> Minibatches(long count)
        {
            var order = randperm(count);
            for (long i = 0; i < count; i += _options.MinibatchSize)
                yield return order.narrow(0, i, Math.Min(_options.MinibatchSize, count - i));
        }

        private Tensor LogProbs(Tensor source, Tensor target) =>
            _model.call(source, target).log_softmax(-1).gather(-1, target.unsqueeze(-1)).squeeze(-1);
    }
}
