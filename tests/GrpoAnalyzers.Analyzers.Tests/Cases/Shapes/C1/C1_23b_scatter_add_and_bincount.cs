// case: C1.23
// expect: GRPO001
// shape: scatter_add for the sums, bincount for the lengths
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Scattered;

public class ScatterTrainer
{
    private readonly Module<Tensor, Tensor> net;
    private readonly optim.Optimizer opt;

    public ScatterTrainer(Module<Tensor, Tensor> net)
    {
        this.net = net;
        opt = optim.RAdam(net.parameters(), 1e-4);
    }

    public void Learn(Tensor flat, Tensor owner, Tensor reward)
    {
        var n = reward.shape[0];
        var lp = functional.log_softmax(net.call(flat.view(1, -1)), -1).view(flat.shape[0], -1).gather(1, flat.view(-1, 1)).view(-1);
        var adv = (reward - reward.mean()).gather(0, owner);
        var per = torch.zeros(n).scatter_add(0, owner, lp * adv);
        var lengths = torch.bincount(owner, minlength: n);
        var score = {|GRPO001:per / lengths|};
        opt.zero_grad();
        (-score.mean()).backward();
        opt.step();
    }
}
