// case: C3.02
// expect: GRPO003
// shape: randperm and index_select inside the epoch loop
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Shuffled;

public class ShuffledTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ShuffledTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-5, beta1: 0.9, beta2: 0.99);
    }

    public float Update(Tensor ids, Tensor mask, Tensor old, Tensor advantages, int ppoEpochs, int miniBatch)
    {
        float last = 0f;
        long n = ids.shape[0];
        for (int epoch = 0; epoch < ppoEpochs; epoch++)
        {
            var order = torch.randperm(n);
            for (long start = 0; start < n; start += miniBatch)
            {
                using var scope = NewDisposeScope();
                var idx = order.narrow(0, start, System.Math.Min(miniBatch, n - start));
                var x = ids.index_select(0, idx);
                var m = mask.index_select(0, idx);
                var a = advantages.index_select(0, idx).unsqueeze(1);
                var logits = policy.call(x);
                var lp = logits.gather(2, x.unsqueeze(2)).squeeze(2) - logits.logsumexp(2);
                var ratio = torch.exp(lp - old.index_select(0, idx));
                var surr1 = ratio * a;
                var surr2 = torch.clamp(ratio, 0.8f, 1.2f) * a;
                var policyLoss = -(torch.min(surr1, surr2) * m).sum() / m.sum();
                var p = logits.softmax(-1);
                var entropy = -(p * logits.log_softmax(-1)).sum(-1);
                var loss = policyLoss - 0.01f * (entropy * m).sum() / m.sum();
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(policy.parameters(), 0.5);
                {|GRPO003:optimizer.step()|};
                last = loss.ToSingle();
            }
        }

        return last;
    }
}
