// case: C2.04
// expect: GRPO002
// shape: torch.std(r, 1) and torch.sub
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace StaticStd;

public static class StaticUpdate
{
    public static void Run(Module<Tensor, Tensor> net, Tensor ids, Tensor m, Tensor old, Tensor rewards, long group)
    {
        using var adam = optim.Adam(net.parameters(), 1e-6);
        var r = torch.reshape(rewards, -1, group);
        var mu = torch.mean(r, [1], true);
        var sigma = torch.std(r, 1).unsqueeze(1);
        var a = {|GRPO002:torch.div(torch.sub(r, mu), torch.add(sigma, 1e-4))|};
        var cooled = torch.div(net.call(ids), 0.9);
        var lp = functional.log_softmax(cooled, -1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(torch.sub(lp, old));
        var column = a.view(-1, 1);
        var tokens = torch.minimum(torch.mul(ratio, column), torch.mul(torch.clamp(ratio, 0.8, 1.2), column));
        var loss = torch.div(torch.sum(torch.mul(tokens, m)), torch.sum(m)).neg();
        adam.zero_grad();
        loss.backward();
        adam.step();
    }
}
