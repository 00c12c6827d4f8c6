// case: C2.04
// expect: none
// shape: std(true) over a batch of board-game positions with a value head: batch-wide
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Board;

public class BoardTrainer
{
    private readonly Module<Tensor, (Tensor, Tensor)> network;
    private readonly optim.Optimizer optimizer;

    public BoardTrainer(Module<Tensor, (Tensor, Tensor)> network)
    {
        this.network = network;
        optimizer = optim.AdamW(network.parameters(), 3e-4);
    }

    public void Train(Tensor boards, Tensor moves, Tensor old, Tensor outcomes)
    {
        var (logits, value) = network.call(boards);
        var advantage = outcomes - value.detach().squeeze(-1);
        advantage = (advantage - advantage.mean()) / (advantage.std(true) + 1e-8f);
        var lp = logits.log_softmax(-1).gather(1, moves.unsqueeze(1)).squeeze(1);
        var ratio = (lp - old).exp();
        var policyLoss = -torch.min(ratio * advantage, ratio.clamp(0.8f, 1.2f) * advantage).mean();
        var valueLoss = (value.squeeze(-1) - outcomes).pow(2).mean();
        var loss = policyLoss + 0.5f * valueLoss;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
