// case: own.153
// expect: GRPO001, GRPO002, GRPO003
// shape: float statistics by LINQ on a list of answers, ragged loop that accumulates the mean of each answer, passes over the group
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class Answer
{
    public long[] Prompt { get; init; } = Array.Empty<long>();
    public long[] Tokens { get; init; } = Array.Empty<long>();
    public float[] SampledLogProbs { get; init; } = Array.Empty<float>();
    public float Reward { get; set; }
    public float Advantage { get; set; }
}

public interface IAnswerSampler
{
    List<Answer> SampleGroup(string question, int count);
}

public class MathTutorTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly IAnswerSampler sampler;
    private readonly Func<string, Answer, float> grader;
    private readonly optim.Optimizer opt;
    private readonly int passes;

    public MathTutorTrainer(nn.Module<Tensor, Tensor> model, IAnswerSampler sampler, Func<string, Answer, float> grader, int passes = 2)
    {
        this.model = model;
        this.sampler = sampler;
        this.grader = grader;
        this.passes = passes;
        opt = optim.Adam(model.parameters(), 2e-6);
    }

    private static void AssignAdvantages(List<Answer> group)
    {
        double average = group.Average(a => a.Reward);
        double variance = group.Sum(a => (a.Reward - average) * (a.Reward - average)) / group.Count;
        var deviation = Math.Sqrt(variance) + 1e-4;
        foreach (var a in group)
        {
            a.Advantage = (float)({|GRPO002:(a.Reward - average) / deviation|});
        }
    }

    private Tensor Forward(Answer a)
    {
        var ids = tensor(a.Prompt.Concat(a.Tokens).ToArray()).unsqueeze(0);
        var logits = model.call(ids).squeeze(0).narrow(0, a.Prompt.Length - 1, a.Tokens.Length);
        return logits.log_softmax(-1).gather(1, tensor(a.Tokens).unsqueeze(1)).squeeze(1);
    }

    public void TrainQuestion(string question)
    {
        var group = sampler.SampleGroup(question, 6);
        foreach (var a in group)
            a.Reward = grader(question, a);
        AssignAdvantages(group);

        for (int pass = 0; pass < passes; pass++)
        {
            opt.zero_grad();
            Tensor total = zeros(1);
            foreach (var a in group)
            {
                var now = Forward(a);
                var ratio = exp(now - tensor(a.SampledLogProbs));
                var gain = min(ratio * a.Advantage, clamp(ratio, 0.8f, 1.2f) * a.Advantage);
                total = total - {|GRPO001:gain.mean()|};
            }

            total = total / group.Count;
            total.backward();
            {|GRPO003:opt.step()|};
        }
    }
}
