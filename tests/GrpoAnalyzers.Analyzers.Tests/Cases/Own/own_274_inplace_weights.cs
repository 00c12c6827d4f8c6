// case: own.274
// expect: GRPO001, GRPO002
// shape: in-place div_ on weights and rewards, accumulation, one step; markers on the in-place calls
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SqlGen;

// Text-to-SQL. One optimiser step per collected batch; micro-batches only accumulate gradients.
public sealed class SqlTrainer
{
    private readonly nn.Module<Tensor, Tensor> _decoder;
    private readonly RAdam _radam;
    private readonly Device _device;
    private readonly int _micro;

    public SqlTrainer(nn.Module<Tensor, Tensor> decoder, Device device, int micro = 2)
    {
        _decoder = decoder.to(device);
        _device = device;
        _micro = micro;
        _radam = optim.RAdam(_decoder.parameters(), 1e-5);
    }

    /// <param name="questions">per question: ids [G,T], answer mask [G,T], execution reward [G]</param>
    public void Learn(IReadOnlyList<(Tensor ids, Tensor mask, Tensor reward)> questions)
    {
        _radam.zero_grad();
        foreach (var chunk in questions.Chunk(_micro))
        {
            foreach (var (ids, mask, reward) in chunk)
            {
                using var scope = NewDisposeScope();
                var x = ids.to(_device);
                var w = TokenWeights(mask.to(_device));
                var a = ScaleInPlace(reward.to(_device).clone());

                var nll = Nll(x);
                var ratio = (nll.detach() - nll).exp();      // one, but with a gradient
                var loss = -(ratio * a.unsqueeze(1) * w).sum() / (ids.shape[0] * questions.Count);
                loss.backward();
            }
        }
        nn.utils.clip_grad_value_(_decoder.parameters(), 1.0);
        _radam.step();
    }

    private static Tensor TokenWeights(Tensor mask)
    {
        var weights = mask.to(ScalarType.Float32).clone();
        {|GRPO001:weights.div_(weights.sum(1, keepdim: true).clamp_min_(1))|};
        return weights;
    }

    private static Tensor ScaleInPlace(Tensor reward)
    {
        var spread = reward.std(unbiased: true).add_(1e-4);
        reward.sub_(reward.mean());
        {|GRPO002:reward.div_(spread)|};
        return reward;
    }

    private Tensor Nll(Tensor ids)
    {
        var t = ids.shape[1];
        var logits = _decoder.call(ids).narrow(1, 0, t - 1);
        var labels = ids.narrow(1, 1, t - 1);
        var flat = nn.functional.cross_entropy(logits.reshape(-1, logits.shape[2]), labels.reshape(-1), reduction: nn.Reduction.None);
        return flat.view(ids.shape[0], t - 1);
    }

    public double ExecutionAccuracy(IEnumerable<(Tensor prompt, string gold)> dev, Func<Tensor, string> generate, Func<string, string, bool> sameResult)
    {
        using var _ = no_grad();
        int right = 0, all = 0;
        foreach (var (prompt, gold) in dev)
        {
            all++;
            if (sameResult(generate(prompt.to(_device)), gold)) right++;
        }
        return all == 0 ? 0 : (double)right / all;
    }
}
