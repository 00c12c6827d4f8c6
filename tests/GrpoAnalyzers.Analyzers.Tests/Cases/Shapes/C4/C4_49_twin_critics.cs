// case: C4.49
// expect: none
// shape: SAC: the minimum of two critics and an entropy term with log-probs, many updates
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Sac;

public class SacTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> q1;
    private readonly Module<Tensor, Tensor> q2;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;

    public SacTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> q1, Module<Tensor, Tensor> q2)
    {
        this.actor = actor;
        this.q1 = q1;
        this.q2 = q2;
        actorOpt = optim.Adam(actor.parameters(), 3e-4);
        criticOpt = optim.Adam([.. q1.parameters(), .. q2.parameters()], 3e-4);
    }

    public void Update(Tensor s, Tensor a, Tensor target, int updates)
    {
        for (int i = 0; i < updates; i++)
        {
            var chosen1 = q1.call(s).gather(1, a.unsqueeze(1)).squeeze(1);
            var chosen2 = q2.call(s).gather(1, a.unsqueeze(1)).squeeze(1);
            var criticLoss = functional.mse_loss(chosen1, target) + functional.mse_loss(chosen2, target);
            criticOpt.zero_grad();
            criticLoss.backward();
            criticOpt.step();

            Tensor q;
            using (no_grad())
                q = torch.min(q1.call(s), q2.call(s));
            var logp = actor.call(s).log_softmax(1);
            var actorLoss = (logp.exp() * (0.2 * logp - q)).sum(1).mean();
            actorOpt.zero_grad();
            actorLoss.backward();
            actorOpt.step();
        }
    }
}
