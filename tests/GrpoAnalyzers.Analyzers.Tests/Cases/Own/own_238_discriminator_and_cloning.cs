// case: own.238
// expect: none
// shape: behaviour cloning epochs with clamp, class weights by inverse deviation, row means of cross entropy
using System;
using TorchSharp;
using static TorchSharp.torch;

public class CloningTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public CloningTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-4);
    }

    public void Clone(Tensor frames, Tensor keys, Tensor valid, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var logits = policy.call(frames);
            var nll = nn.functional.cross_entropy(logits.flatten(0, 1), keys.flatten(), reduction: nn.Reduction.None).view(keys.shape);
            var bounded = nll.clamp(0, 10);
            var perClip = (bounded * valid).sum(1) / valid.sum(1);
            var loss = perClip.mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
