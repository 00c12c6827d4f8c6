// case: own.381
// expect: GRPO001, GRPO003
// shape: maths tutoring, top-level program, lambdas, weights tensor 1/length multiplied in, recursion-free for loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const int group = 4, vocabulary = 512, width = 64;
var net = Sequential(("emb", Embedding(vocabulary, width)), ("head", Linear(width, vocabulary)));
var optimiser = torch.optim.Adam(net.parameters(), lr: 1e-5);

Func<Tensor, Tensor> logProbs = ids =>
{
    var n = ids.shape[1];
    var lp = functional.log_softmax(net.call(ids.narrow(1, 0, n - 1)), -1);
    return lp.gather(-1, ids.narrow(1, 1, n - 1).unsqueeze(-1)).squeeze(-1);
};

Func<Tensor, Tensor> centre = r => (r.view(-1, group) - r.view(-1, group).mean(new long[] { 1 }, true)).view(-1, 1);

Func<Tensor, Tensor, Tensor> perSolution = (tokens, mask) =>
{
    var share = {|GRPO001:mask / mask.sum(1, keepdim: true).clamp_min(1)|};
    return (tokens * share).sum(1);
};

foreach (var lesson in Curriculum.Lessons(20))
{
    Tensor sampled, mask;
    using (torch.no_grad())
        (sampled, mask) = Curriculum.Solve(net, lesson, group);
    var rewards = torch.tensor(Curriculum.Grade(sampled, lesson).ToArray());
    var advantages = centre(rewards);
    Tensor frozen;
    using (torch.no_grad())
        frozen = logProbs(sampled).detach();

    for (var mu = 0; mu < 5; mu++)
    {
        optimiser.zero_grad();
        var rho = torch.exp(logProbs(sampled) - frozen);
        var surrogate = torch.minimum(rho * advantages, torch.clamp(rho, 0.8, 1.2) * advantages);
        var loss = -perSolution(surrogate, mask).mean();
        loss.backward();
        {|GRPO003:optimiser.step()|};
    }
    Console.WriteLine($"{lesson.Title}: {rewards.mean().ToSingle():F3}");
}

record Lesson(string Title, long Target, Tensor Question);

static class Curriculum
{
    public static IEnumerable<Lesson> Lessons(int n)
    {
        for (int i = 0; i < n; i++)
            yield return new Lesson($"triangles {i}", i % 10, torch.randint(3, 500, new long[] { 1, 12 }, dtype: ScalarType.Int64));
    }

    public static (Tensor, Tensor) Solve(Module<Tensor, Tensor> net, Lesson lesson, int count)
    {
        var ids = lesson.Question.repeat(count, 1);
        for (int t = 0; t < 48; t++)
        {
            var last = net.call(ids).select(1, ids.shape[1] - 1);
            ids = torch.cat(new[] { ids, last.softmax(-1).multinomial(1) }, 1);
        }
        var answered = ids.narrow(1, 1, ids.shape[1] - 1);
        var m = answered.ne(0).to(ScalarType.Float32);
        m.narrow(1, 0, 11).zero_();
        return (ids, m);
    }

    public static IEnumerable<float> Grade(Tensor ids, Lesson lesson)
    {
        for (long i = 0; i < ids.shape[0]; i++)
            yield return ids[i, -1].ToInt64() % 10 == lesson.Target ? 1f : 0f;
    }
}
