// case: C1.03
// expect: GRPO001
// shape: torch.div of torch.sum by torch.sum; asymmetric bounds from an options record
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Opts;

public sealed record ClipOptions(double Low = 0.2, double High = 0.28, double LearningRate = 2e-6);

public sealed class ClipHigherTrainer
{
    private readonly ClipOptions options;
    private readonly Module<Tensor, Tensor> policy;
    private readonly AdamW optimizer;

    public ClipHigherTrainer(Module<Tensor, Tensor> policy, ClipOptions options)
    {
        this.policy = policy;
        this.options = options;
        optimizer = optim.AdamW(policy.parameters(), lr: options.LearningRate, weight_decay: 0.1);
    }

    public float Update(Tensor tokens, Tensor mask, Tensor oldLp, Tensor advantage)
    {
        using var _ = NewDisposeScope();
        var nll = functional.cross_entropy(policy.call(tokens).flatten(0, 1), tokens.flatten(), reduction: Reduction.None);
        var lp = -nll.view(tokens.shape[0], tokens.shape[1]);
        var ratio = torch.exp(lp - oldLp);
        var bounded = ratio.clamp(1.0 - options.Low, 1.0 + options.High);
        var column = advantage.unsqueeze(-1);
        var surrogate = torch.min(column * ratio, column * bounded);
        var rows = {|GRPO001:torch.div(torch.sum(surrogate * mask, 1), torch.sum(mask, 1))|};
        var loss = rows.mean().neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
