// case: C2.24
// expect: GRPO002
// shape: LINQ GroupBy on the prompt id, SelectMany back to a flat list
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Grouped;

public record Answer(int PromptId, Tensor Ids, Tensor Old, double Reward);

public class GroupByTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public GroupByTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    private static IEnumerable<(Answer Answer, double Advantage)> Advantages(IEnumerable<Answer> answers) =>
        answers.GroupBy(a => a.PromptId).SelectMany(group =>
        {
            var rewards = group.Select(a => a.Reward).ToArray();
            var mu = rewards.Average();
            var sigma = Math.Sqrt(rewards.Sum(x => Math.Pow(x - mu, 2)) / rewards.Length);
            return group.Select(a => (a, {|GRPO002:(a.Reward - mu) / (sigma + 1e-6)|}));
        });

    public void Update(List<Answer> answers)
    {
        var gains = new List<Tensor>();
        long total = 0;
        foreach (var (answer, advantage) in Advantages(answers))
        {
            var lp = policy.call(answer.Ids.unsqueeze(0))[0].log_softmax(-1).gather(-1, answer.Ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - answer.Old);
            gains.Add(torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage));
            total += answer.Ids.shape[0];
        }

        var loss = -torch.cat(gains, 0).sum() / total;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
