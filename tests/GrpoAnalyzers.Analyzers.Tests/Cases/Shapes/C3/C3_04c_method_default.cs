// case: C3.04
// expect: GRPO003
// shape: a default argument of the method, updateEpochs = 2
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ArgEpochs;

public static class Ppo
{
    public static void Update(Module<Tensor, Tensor> net, double lr, Tensor x, Tensor y, Tensor mask, Tensor logOld, Tensor gains, int updateEpochs = 2)
    {
        var adam = optim.Adam(net.parameters(), lr);
        var total = mask.sum();
        for (var epoch = 0; epoch != updateEpochs; ++epoch)
        {
            var z = net.call(x);
            var l = functional.log_softmax(z, -1).gather(-1, y.unsqueeze(-1)).squeeze(-1);
            var w = (l - logOld).exp();
            var capped = w.clamp_min(0.8).clamp_max(1.2);
            var g = gains.unsqueeze(1);
            var o = torch.min(w * g, capped * g) * mask / total;
            adam.zero_grad();
            o.sum().neg().backward();
            {|GRPO003:adam.step()|};
        }
    }
}
