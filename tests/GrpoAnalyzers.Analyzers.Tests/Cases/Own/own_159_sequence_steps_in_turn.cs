// case: own.159
// expect: GRPO001
// shape: one backward and one step per completion with the mean over its tokens, centred rewards
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public readonly record struct Sample(Tensor Context, Tensor Completion, float Score);

public class OnlineTuner : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly optim.Optimizer sgd;
    private readonly Func<string, IReadOnlyList<Sample>> generate;

    public OnlineTuner(nn.Module<Tensor, Tensor> network, Func<string, IReadOnlyList<Sample>> generate)
    {
        this.network = network;
        this.generate = generate;
        sgd = optim.SGD(network.parameters(), 1e-3, momentum: 0.9);
    }

    public void Tune(IEnumerable<string> prompts)
    {
        foreach (var prompt in prompts)
        {
            var samples = generate(prompt);
            var baseline = samples.Average(s => s.Score);
            foreach (var sample in samples)
            {
                using var scope = NewDisposeScope();
                var advantage = sample.Score - baseline;
                var all = cat(new[] { sample.Context, sample.Completion });
                var start = sample.Context.shape[0] - 1;
                var logits = network.call(all.unsqueeze(0))[0].narrow(0, start, sample.Completion.shape[0]);
                var lp = logits.log_softmax(1).gather(1, sample.Completion.unsqueeze(1)).flatten();
                var loss = {|GRPO001:(lp * -advantage).mean()|};
                sgd.zero_grad();
                loss.backward();
                sgd.step();
            }
        }
    }

    public void Dispose() => sgd.Dispose();
}
