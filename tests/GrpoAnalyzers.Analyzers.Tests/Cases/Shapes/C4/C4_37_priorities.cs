// case: C4.37
// expect: none
// shape: DQN with prioritised replay: TD errors divided by their largest
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Priorities;

public class DqnTrainer
{
    private readonly Module<Tensor, Tensor> q;
    private readonly Module<Tensor, Tensor> target;
    private readonly optim.Optimizer optimizer;

    public DqnTrainer(Module<Tensor, Tensor> q, Module<Tensor, Tensor> target)
    {
        this.q = q;
        this.target = target;
        optimizer = optim.Adam(q.parameters(), 1e-3);
    }

    public Tensor Update(Tensor s, Tensor a, Tensor r, Tensor next, Tensor weights, int updates)
    {
        Tensor priority = torch.ones_like(r);
        for (int i = 0; i < updates; i++)
        {
            Tensor y;
            using (no_grad())
                y = r + 0.99 * target.call(next).max(1).values;
            var td = q.call(s).gather(1, a.unsqueeze(1)).squeeze(1) - y;
            priority = td.detach().abs() + 1e-6;
            priority = priority / priority.max();
            var loss = (weights * td.clamp(-1, 1).square()).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        return priority;
    }
}
