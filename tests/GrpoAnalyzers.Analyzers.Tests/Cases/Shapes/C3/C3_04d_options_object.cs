// case: C3.04
// expect: GRPO003
// shape: an options object of another type, init-only NumIterations = 5
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace OptionEpochs;

public sealed class TrainerOptions
{
    public int NumIterations { get; init; } = 5;

    public double LearningRate { get; init; } = 2e-6;
}

public class OptionsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly TrainerOptions options;
    private readonly optim.Optimizer optimizer;

    public OptionsTrainer(Module<Tensor, Tensor> policy, TrainerOptions options)
    {
        this.policy = policy;
        this.options = options;
        optimizer = optim.NAdam(policy.parameters(), options.LearningRate);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, long groupSize)
    {
        var r = rewards.view(-1, groupSize);
        var a = (r - r.mean([1], keepdim: true)).flatten().unsqueeze(1);
        for (var it = options.NumIterations; it > 0; it--)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp.subtract(old));
            var s = torch.where(a >= 0, torch.minimum(ratio, 1.2f), torch.maximum(ratio, 0.8f)) * a;
            var loss = -(s * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
