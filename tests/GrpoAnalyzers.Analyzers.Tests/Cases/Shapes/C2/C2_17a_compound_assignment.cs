// case: C2.17
// expect: GRPO002
// shape: A -= mu; A /= std; on a group view
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Compound;

public class CompoundTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public CompoundTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, long g)
    {
        var A = rewards.view(-1, g);
        var mu = A.mean([1], keepdim: true);
        var std = A.std(1, keepdim: true);
        std += 1e-4;
        A -= mu;
        {|GRPO002:A /= std|};
        A = A.view(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var loss = torch.max(-A * ratio, -A * ratio.clamp(0.8, 1.2));
        loss *= mask;
        loss = loss.sum();
        loss /= mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
