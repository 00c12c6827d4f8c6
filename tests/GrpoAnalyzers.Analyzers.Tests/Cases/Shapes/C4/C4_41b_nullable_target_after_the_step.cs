// case: C4.41
// expect: none
// shape: target.HasValue && approxKl > target.Value, after the inner loop
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace NullableTarget;

public class NullableTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public float? TargetKl { get; set; }

    public NullableTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 2.5e-4, eps: 1e-5);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor adv, int epochs, int size)
    {
        var approxKl = torch.zeros(1);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var order = torch.randperm(obs.shape[0]);
            for (long s = 0; s < obs.shape[0]; s += size)
            {
                var idx = order.slice(0, s, s + size, 1);
                var newLp = policy.call(obs[idx]).log_softmax(1).gather(1, act[idx].unsqueeze(1)).squeeze(1);
                var logRatio = newLp - old[idx];
                var ratio = logRatio.exp();
                using (no_grad())
                    approxKl = (ratio - 1 - logRatio).mean();
                var a = adv[idx];
                var pgLoss = torch.max(-a * ratio, -a * torch.clamp(ratio, 0.8, 1.2)).mean();
                optimizer.zero_grad();
                pgLoss.backward();
                optimizer.step();
            }

            if (TargetKl.HasValue && approxKl.item<float>() > TargetKl.Value)
                break;
        }
    }
}
