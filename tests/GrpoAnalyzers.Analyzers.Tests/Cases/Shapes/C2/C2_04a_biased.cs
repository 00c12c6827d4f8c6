// case: C2.04
// expect: GRPO002
// shape: std(unbiased: false) on a group, log-prob times advantage
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Biased;

public class BiasedTrainer
{
    private readonly Module<Tensor, Tensor> lm;
    private readonly AdamW opt;

    public BiasedTrainer(Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        opt = optim.AdamW(lm.parameters(), 1e-5);
    }

    public void Step(Tensor prompt, Tensor answers, Tensor mask, Tensor rewards)
    {
        var spread = rewards.std(unbiased: false);
        var adv = {|GRPO002:(rewards - rewards.mean()) / (spread + 1e-6)|};
        var context = prompt.unsqueeze(0).repeat(answers.shape[0], 1);
        var logits = lm.call(torch.cat([context, answers], 1));
        var tail = logits.slice(1, prompt.shape[0] - 1, logits.shape[1] - 1, 1);
        var lp = tail.log_softmax(2).gather(2, answers.unsqueeze(2)).squeeze(2);
        var loss = -(lp * adv.unsqueeze(1) * mask).sum() / mask.sum();
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
