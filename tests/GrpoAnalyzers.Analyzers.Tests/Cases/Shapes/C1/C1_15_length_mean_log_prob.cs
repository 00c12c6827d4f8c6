// case: C1.15
// expect: GRPO001, GRPO002
// shape: REINFORCE on the length-averaged log-probability of each sequence, advantages standardised
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace MeanLp;

public class MeanLogProbReinforce
{
    private readonly Module<Tensor, Tensor> decoder;
    private readonly Adam adam;
    private readonly double temperature;

    public MeanLogProbReinforce(Module<Tensor, Tensor> decoder, double temperature = 1.0)
    {
        this.decoder = decoder;
        this.temperature = temperature;
        adam = optim.Adam(decoder.parameters(), 1e-4);
    }

    public float Step(Tensor tokens, Tensor mask, Tensor scores, int k)
    {
        var byPrompt = scores.view(-1, k);
        var (sigma, mu) = torch.std_mean(byPrompt, 1, keepdim: true);
        var A = ({|GRPO002:(byPrompt - mu) / (sigma + 1e-6)|}).flatten();
        var logits = decoder.call(tokens) / temperature;
        var lp = logits.log_softmax(-1).gather(2, tokens.unsqueeze(-1)).squeeze(-1);
        var seqLp = {|GRPO001:(lp * mask).sum(1) / mask.sum(1)|};
        var loss = -(A * seqLp).mean();
        adam.zero_grad();
        loss.backward();
        adam.step();
        return loss.ToSingle();
    }
}
