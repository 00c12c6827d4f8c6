// case: own.343
// expect: none
// shape: Dr.GRPO with constant budget, new rollout and new old log-probs in every loop turn, lengths for truncation statistics
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace DrGrpo;

public sealed record Options(int Group = 8, int MaxNewTokens = 1024, double Clip = 0.2, double Lr = 1e-6, bool DropTruncated = true);

public interface IGenerator
{
    (Tensor ids, Tensor mask) Generate(string prompt, int n, int maxNewTokens);
    float Verify(string prompt, Tensor ids);
}

public class Trainer
{
    private readonly Options opt;
    private readonly IGenerator generator;
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public Trainer(Options opt, IGenerator generator, nn.Module<Tensor, Tensor> policy)
    {
        this.opt = opt;
        this.generator = generator;
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), opt.Lr);
    }

    public void Train(IEnumerable<string> prompts)
    {
        foreach (var prompt in prompts)
        {
            using var scope = NewDisposeScope();
            var (ids, mask) = generator.Generate(prompt, opt.Group, opt.MaxNewTokens);
            Tensor old;
            using (no_grad()) old = Lp(ids);

            var rewards = Enumerable.Range(0, opt.Group).Select(i => generator.Verify(prompt, ids[i])).ToArray();
            var mean = rewards.Average();
            if (rewards.All(r => Math.Abs(r - mean) < 1e-6)) continue;

            var lengths = mask.sum(1);
            if (opt.DropTruncated)
                mask = mask * lengths.lt(opt.MaxNewTokens).to_type(ScalarType.Float32).unsqueeze(1);

            var adv = tensor(rewards.Select(r => r - mean).ToArray()).unsqueeze(1);
            var ratio = (Lp(ids) - old).exp();
            var token = minimum(ratio * adv, ratio.clamp(1 - opt.Clip, 1 + opt.Clip) * adv) * mask;
            var loss = -(token.sum(1) / opt.MaxNewTokens).mean();
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
            optimizer.step();
            Console.WriteLine($"{prompt[..Math.Min(20, prompt.Length)]} mean length {lengths.mean().ToSingle():F0} reward {mean:F2}");
        }
    }

    private Tensor Lp(Tensor ids) => policy.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}
