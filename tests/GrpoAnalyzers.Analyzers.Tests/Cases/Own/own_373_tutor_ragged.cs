// case: own.373
// expect: GRPO001, GRPO003
// shape: maths tutoring, ragged list of completions, LINQ stack of token means, centred advantages
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Tutor;

public readonly record struct Attempt(Tensor Prompt, Tensor Answer, float Grade);

public class TutorTrainer
{
    readonly nn.Module<Tensor, Tensor> student;
    readonly TorchSharp.Modules.Adam opt;
    const int Rounds = 3;

    public TutorTrainer(nn.Module<Tensor, Tensor> student)
    {
        this.student = student;
        opt = optim.Adam(student.parameters(), 3e-6);
    }

    Tensor AnswerLogProbs(Attempt a)
    {
        var full = cat(new[] { a.Prompt, a.Answer });
        var n = a.Answer.shape[0];
        var logits = student.call(full.unsqueeze(0)).squeeze(0);
        var tail = logits.narrow(0, full.shape[0] - n - 1, n);
        return tail.log_softmax(1).gather(1, a.Answer.unsqueeze(1)).squeeze(1);
    }

    static Tensor Clipped(Tensor now, Tensor before, float adv)
    {
        var ratio = exp(now - before);
        var bounded = ratio.clamp(0.8, 1.2);
        return min_(ratio * adv, bounded * adv);
        static Tensor min_(Tensor a, Tensor b) => torch.minimum(a, b);
    }

    public void Learn(IReadOnlyList<Attempt> attempts)
    {
        float baseline = attempts.Average(a => a.Grade);
        List<Tensor> before;
        using (no_grad())
            before = attempts.Select(a => AnswerLogProbs(a).detach()).ToList();

        foreach (var round in Enumerable.Range(0, Rounds))
        {
            using var scope = NewDisposeScope();
            opt.zero_grad();
            var gains = attempts
                .Select((a, i) => {|GRPO001:Clipped(AnswerLogProbs(a), before[i], a.Grade - baseline).mean()|})
                .ToArray();
            var loss = stack(gains).mean().neg();
            loss.backward();
            {|GRPO003:opt.step()|};
            Console.WriteLine($"round {round}: {loss.ToSingle():F4}");
        }
    }
}
