// case: C3.06
// expect: GRPO003
// shape: CalculatePPOLoss returns the scalar, backward outside; k1 penalty and entropy inside
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ScalarLoss;

public class ScalarTrainer
{
    private readonly Module<Tensor, Tensor> network;
    private readonly AdamW optimizer;
    private const float EntropyCoeff = 0.003f;

    public ScalarTrainer(Module<Tensor, Tensor> network)
    {
        this.network = network;
        optimizer = optim.AdamW(network.parameters(), 1e-4, 0.99, 0.999);
    }

    private Tensor CalculatePPOLoss(Tensor ids, Tensor mask, Tensor oldProbs, Tensor advantages)
    {
        var logits = network.call(ids);
        var probs = logits.softmax(-1);
        var chosen = probs.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = chosen / (oldProbs + 1e-10f);
        var objective1 = ratio * advantages;
        var objective2 = ratio.clamp(0.8f, 1.2f) * advantages;
        var reward = (torch.min(objective1, objective2) * mask).sum() / mask.sum();
        var entropy = -((probs * (probs + 1e-10f).log()).sum(-1) * mask).sum() / mask.sum();
        return -reward - EntropyCoeff * entropy;
    }

    public void Train(Tensor ids, Tensor mask, Tensor oldProbs, Tensor rewards, int maxEpochs)
    {
        var advantages = (rewards - rewards.mean()).unsqueeze(-1);
        for (int epoch = 0; epoch < maxEpochs; ++epoch)
        {
            using var scope = NewDisposeScope();
            var loss = CalculatePPOLoss(ids, mask, oldProbs, advantages);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
