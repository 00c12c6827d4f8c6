// case: C3.08
// expect: GRPO003
// shape: minimum(maximum(r, lo), hi) with bounds held in tensors, Russian comments
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Granitsy;

// Обучение с ограничением отношения вероятностей
public class GranitsyTrainer
{
    private readonly Module<Tensor, Tensor> set;
    private readonly optim.Optimizer opt;
    private readonly Tensor niz = torch.tensor(0.8f), verh = torch.tensor(1.2f);

    public GranitsyTrainer(Module<Tensor, Tensor> set)
    {
        this.set = set;
        opt = optim.AdamW(set.parameters(), 1e-5);
    }

    public void Shag(Tensor tok, Tensor maska, Tensor star, Tensor nagrada, int povtor)
    {
        var p = nagrada - nagrada.mean();
        for (var i = 0; i < povtor; i++)
        {
            // новые логарифмы вероятностей
            var novye = functional.log_softmax(set.call(tok), -1).gather(-1, tok.unsqueeze(-1)).squeeze(-1);
            var otn = torch.exp(novye - star);
            var ogr = torch.minimum(torch.maximum(otn, niz), verh);
            var c = p.unsqueeze(1);
            var poterya = -torch.min(otn * c, ogr * c).mul(maska).sum() / maska.sum();
            opt.zero_grad();
            poterya.backward();
            {|GRPO003:opt.step()|};
        }
    }
}
