// case: C4.42
// expect: none
// shape: the learning rate shrinks or grows by the KL of each round
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace AdaptiveLr;

public class AdaptiveLrTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Adam optimizer;
    private double lr = 1e-4;

    public AdaptiveLrTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor adv, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var lp = policy.call(obs).log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);
            var ratio = torch.exp(lp - old);
            var kl = (old - lp).mean().ToDouble();
            if (kl > 0.02)
                lr = System.Math.Max(1e-6, lr / 1.5);
            else if (kl < 0.005)
                lr = System.Math.Min(1e-3, lr * 1.5);
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = lr;
            var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
