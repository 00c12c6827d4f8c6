// case: C4.01
// expect: none
// shape: supervised cross entropy over all tokens
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Sft;

public class SftTrainer
{
    private readonly Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public SftTrainer(Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), 3e-4, 0.9, 0.95, weight_decay: 0.1);
    }

    public float Epochs(Tensor tokens, int epochs)
    {
        float last = 0;
        for (int e = 0; e < epochs; e++)
        {
            var x = tokens.narrow(1, 0, tokens.shape[1] - 1);
            var y = tokens.narrow(1, 1, tokens.shape[1] - 1);
            var logits = model.call(x);
            var loss = functional.cross_entropy(logits.view(-1, logits.shape[2]), y.reshape(-1));
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            optimizer.step();
            last = loss.ToSingle();
        }

        return last;
    }
}
