// case: C4.07
// expect: none
// shape: pt.mean() over N environment steps, one action each
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ControlMean;

public class ControlTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer optimizer;

    public ControlTrainer(Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        optimizer = optim.Adam(actor.parameters(), 3e-4);
    }

    public void Update(Tensor states, Tensor actions, Tensor old, Tensor adv)
    {
        var lp = actor.call(states).log_softmax(1).gather(1, actions.view(-1, 1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var pt = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = pt.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
