// case: own.300
// expect: GRPO001, GRPO002, GRPO003
// shape: static maths class with extension methods in the same file, code-generation trainer with unit-test rewards
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace CodeRl
{
    internal static class TensorMath
    {
        public static Tensor MaskedRowMean(this Tensor values, Tensor mask)
        {
            return {|GRPO001:(values * mask).sum(-1) / mask.sum(-1).clamp(min: 1)|};
        }

        public static Tensor StandardizeRows(this Tensor x, double eps = 1e-5)
        {
            var mu = x.mean(new long[] { -1 }, true);
            var sigma = x.var(-1, unbiased: false, keepdim: true).sqrt();
            return {|GRPO002:(x - mu) / (sigma + eps)|};
        }

        public static Tensor Pessimistic(this Tensor ratio, Tensor adv, double eps)
            => minimum(ratio.mul(adv), ratio.clamp(1.0 - eps, 1.0 + eps).mul(adv));
    }

    public interface ISandbox
    {
        bool[] RunTests(string source, string problemId);
    }

    public interface ICodeModel
    {
        nn.Module<Tensor, Tensor> Network { get; }
        (Tensor tokens, Tensor mask, string[] sources) SampleCandidates(string problemId, int n);
        Tensor LogProbs(Tensor tokens);
    }

    public class CodeTrainer
    {
        readonly ICodeModel model;
        readonly ISandbox sandbox;
        readonly optim.Optimizer opt;
        public int CandidatesPerProblem { get; init; } = 16;
        public int UpdatesPerRollout { get; init; } = 4;
        public double ClipRange { get; init; } = 0.2;

        public CodeTrainer(ICodeModel model, ISandbox sandbox, double lr)
        {
            this.model = model;
            this.sandbox = sandbox;
            opt = optim.Adam(model.Network.parameters(), lr);
        }

        public double TrainOn(IReadOnlyList<string> problems)
        {
            var tokenParts = new List<Tensor>();
            var maskParts = new List<Tensor>();
            var rewards = new float[problems.Count, CandidatesPerProblem];
            for (int p = 0; p < problems.Count; p++)
            {
                var (tokens, mask, sources) = model.SampleCandidates(problems[p], CandidatesPerProblem);
                tokenParts.Add(tokens);
                maskParts.Add(mask);
                for (int c = 0; c < sources.Length; c++)
                {
                    var outcomes = sandbox.RunTests(sources[c], problems[p]);
                    int passed = 0;
                    foreach (var ok in outcomes) if (ok) passed++;
                    rewards[p, c] = outcomes.Length == 0 ? 0f : (float)passed / outcomes.Length;
                }
            }

            var ids = cat(tokenParts, 0);
            var m = cat(maskParts, 0).to_type(ScalarType.Float32);
            var adv = tensor(rewards).StandardizeRows().reshape(-1, 1);
            Tensor old;
            using (no_grad()) old = model.LogProbs(ids);

            double last = 0;
            for (int u = 0; u < UpdatesPerRollout; u++)
            {
                using var d = NewDisposeScope();
                var ratio = (model.LogProbs(ids) - old).exp();
                var objective = ratio.Pessimistic(adv, ClipRange).MaskedRowMean(m).mean();
                var loss = objective.neg();
                opt.zero_grad();
                loss.backward();
                {|GRPO003:opt.step()|};
                last = loss.ToDouble();
            }
            return last;
        }
    }
}
