// case: C3.05
// expect: GRPO003
// shape: a base trainer owns the loop, backward and step; the loss is an abstract method of the derived class
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DerivedLoss;

public abstract class TrainerBase
{
    private readonly optim.Optimizer optimizer;

    protected TrainerBase(Module<Tensor, Tensor> policy, double learningRate)
    {
        Policy = policy;
        optimizer = optim.AdamW(policy.parameters(), learningRate);
    }

    protected Module<Tensor, Tensor> Policy { get; }

    protected abstract Tensor ComputeLoss(Rollout rollout);

    public void Update(Rollout rollout, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var loss = ComputeLoss(rollout);
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(Policy.parameters(), 1.0);
            {|GRPO003:optimizer.step()|};
        }
    }
}
