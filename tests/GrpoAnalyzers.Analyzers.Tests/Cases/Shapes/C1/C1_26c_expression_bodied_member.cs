// case: C1.26
// expect: GRPO001
// shape: state in fields, properties that compute the row losses from them
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Stateful;

public class StatefulTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private Tensor mask = torch.zeros(1);
    private Tensor perToken = torch.zeros(1);

    public StatefulTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.NAdam(policy.parameters(), 1e-4);
    }

    private Tensor Lengths => mask.sum(1);

    private Tensor RowLosses => {|GRPO001:(perToken * mask).sum(1) / Lengths|};

    public void Update(Tensor tokens, Tensor m, Tensor old, Tensor advantage)
    {
        mask = m;
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        perToken = -torch.min(ratio * advantage.unsqueeze(-1), ratio.clamp(0.7, 1.3) * advantage.unsqueeze(-1));
        var loss = RowLosses.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
