// case: C4.31
// expect: none
// shape: divided by G and multiplied by G/(G-1)
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Rloo;

public class RlooTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RlooTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor rewards, int G)
    {
        var r = rewards.view(-1, G);
        var mean = r.sum(1, keepdim: true) / G;
        var adv = (r - mean) * ((float)G / (G - 1));
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var seq = (lp * mask).sum(1);
        var loss = -(seq * adv.view(-1)).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
