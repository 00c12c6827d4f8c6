// case: C4.47
// expect: none
// shape: many supervised epochs with clamp, min and max in a quantile and Huber loss
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Quantile;

public class QuantileTrainer
{
    private readonly Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public QuantileTrainer(Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), 1e-3);
    }

    public void Fit(Tensor x, Tensor y, Tensor tau, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var u = y.unsqueeze(1) - model.call(x);
            var huber = torch.min(u.abs(), u.clamp(-1, 1) * u);
            var pinball = torch.max(tau * u, (tau - 1) * u);
            var growth = u.exp().clamp(0.8, 1.2);
            var loss = (huber + pinball + 0.01 * growth).mean();
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            optimizer.step();
        }
    }
}
