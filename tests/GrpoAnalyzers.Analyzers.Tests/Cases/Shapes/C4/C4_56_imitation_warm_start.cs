// case: C4.56
// expect: none
// shape: imitation epochs and a learning-rate finder in the class of a trainer whose PPO update steps once
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace WarmStart;

public class WarmStartTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly AdamW optimizer;

    public WarmStartTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-4);
    }

    public void Imitate(Tensor boards, Tensor moves, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var loss = functional.cross_entropy(policy.call(boards), moves);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }

    public double FindRate(Tensor boards, Tensor moves)
    {
        double best = double.MaxValue, bestRate = 0;
        for (double rate = 1e-6; rate < 1e-1; rate *= 2)
        {
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = rate;
            var loss = -policy.call(boards).log_softmax(1).gather(1, moves.unsqueeze(1)).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            if (loss.ToDouble() < best)
                (best, bestRate) = (loss.ToDouble(), rate);
        }

        return bestRate;
    }

    public void Update(Tensor boards, Tensor moves, Tensor old, Tensor outcome)
    {
        var adv = outcome - outcome.mean();
        var lp = policy.call(boards).log_softmax(1).gather(1, moves.unsqueeze(1)).squeeze(1);
        var r = torch.exp(lp - old);
        var loss = -torch.min(r * adv, r.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
