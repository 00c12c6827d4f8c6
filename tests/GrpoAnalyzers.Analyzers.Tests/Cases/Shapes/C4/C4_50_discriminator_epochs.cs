// case: C4.50
// expect: none
// shape: GAIL's discriminator and a cloned policy are fitted for several epochs
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Gail;

public class GailTrainer
{
    private readonly Module<Tensor, Tensor> discriminator;
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer dOpt;
    private readonly optim.Optimizer pOpt;

    public GailTrainer(Module<Tensor, Tensor> discriminator, Module<Tensor, Tensor> policy)
    {
        this.discriminator = discriminator;
        this.policy = policy;
        dOpt = optim.Adam(discriminator.parameters(), 1e-4);
        pOpt = optim.Adam(policy.parameters(), 1e-4);
    }

    public void Fit(Tensor expert, Tensor agent, Tensor expertActions, int epochs)
    {
        for (int e = 0; e < epochs; e++)
        {
            var real = functional.logsigmoid(discriminator.call(expert));
            var fake = functional.logsigmoid(-discriminator.call(agent));
            var dLoss = -(real.clamp(-10, 0) + fake.clamp(-10, 0)).mean();
            dOpt.zero_grad();
            dLoss.backward();
            dOpt.step();

            var logp = policy.call(expert).log_softmax(1).gather(1, expertActions.unsqueeze(1)).squeeze(1);
            var bc = -logp.mean();
            pOpt.zero_grad();
            bc.backward();
            pOpt.step();
        }
    }
}
