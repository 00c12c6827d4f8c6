// case: own.204
// expect: GRPO003
// shape: quotient of probabilities instead of exp, leave-one-out, foreach over a fixed array of seeds
using System;
using TorchSharp;
using static TorchSharp.torch;

public class MelodyTrainer
{
    private static readonly int[] ShuffleSeeds = { 11, 23, 37 };
    private readonly nn.Module<Tensor, Tensor> composer;
    private readonly optim.Optimizer optimizer;

    public MelodyTrainer(nn.Module<Tensor, Tensor> composer)
    {
        this.composer = composer;
        optimizer = optim.Adam(composer.parameters(), lr: 1e-5);
    }

    private Tensor NoteProbabilities(Tensor notes) => composer.call(notes).softmax(-1).gather(-1, notes.unsqueeze(-1)).squeeze(-1);

    public void Improve(Tensor notes, Tensor mask, Tensor appeal)
    {
        var n = appeal.shape[0];
        var adv = (appeal - (appeal.sum() - appeal) / (n - 1)).unsqueeze(1);
        var before = NoteProbabilities(notes).detach();
        foreach (var seed in ShuffleSeeds)
        {
            manual_seed(seed);
            foreach (var rows in randperm(n).split(16))
            {
                var x = notes.index_select(0, rows);
                var a = adv.index_select(0, rows);
                var m = mask.index_select(0, rows);
                var quotient = NoteProbabilities(x) / before.index_select(0, rows);
                var gain = torch.min(quotient * a, torch.clamp(quotient, 0.85, 1.15) * a);
                var loss = -(gain * m).sum() / m.sum();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
