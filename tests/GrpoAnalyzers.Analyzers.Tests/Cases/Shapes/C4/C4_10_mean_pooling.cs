// case: C4.10
// expect: none
// shape: masked mean pooling of embeddings inside the policy network
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Pooling;

public sealed class PooledEncoder : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> embed;
    private readonly Module<Tensor, Tensor> head;

    public PooledEncoder(long vocabulary, long width, long actions) : base("pooled")
    {
        embed = Embedding(vocabulary, width);
        head = Linear(width, actions);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        var m = (tokens != 0).to_type(ScalarType.Float32).unsqueeze(-1);
        var h = embed.call(tokens);
        var pooled = (h * m).sum(1) / m.sum(1);
        return head.call(pooled);
    }
}

public class DeckTrainer
{
    private readonly PooledEncoder policy;
    private readonly optim.Optimizer optimizer;

    public DeckTrainer(PooledEncoder policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-4);
    }

    public void Update(Tensor decks, Tensor picks, Tensor old, Tensor adv)
    {
        var lp = policy.call(decks).log_softmax(-1).gather(1, picks.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
