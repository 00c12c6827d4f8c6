// case: C3.27
// expect: none
// shape: a settable option whose default is 1
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace DefaultOne;

public sealed class LoopOptions
{
    public int NumIterations { get; set; } = 1;
}

public class DefaultOneTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly LoopOptions options;
    private readonly optim.Optimizer optimizer;

    public DefaultOneTrainer(Module<Tensor, Tensor> policy, LoopOptions options)
    {
        this.policy = policy;
        this.options = options;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int i = 0; i < options.NumIterations; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
