// case: own.178
// expect: GRPO002
// shape: rewards divided by the group's deviation, centred afterwards in the loss method, token mean
using System;
using TorchSharp;
using static TorchSharp.torch;

public class TranslationTrainer
{
    private readonly nn.Module<Tensor, Tensor, Tensor> translator;
    private readonly optim.Optimizer optimizer;
    private readonly int hypotheses;

    public TranslationTrainer(nn.Module<Tensor, Tensor, Tensor> translator, int hypotheses)
    {
        this.translator = translator;
        this.hypotheses = hypotheses;
        optimizer = optim.Adam(translator.parameters(), lr: 5e-6);
    }

    private Tensor ScaledScores(Tensor bleu)
    {
        var perSource = bleu.view(-1, hypotheses);
        return {|GRPO002:perSource.div(perSource.std(1, keepdim: true).add(1e-4))|};
    }

    private Tensor Loss(Tensor lp, Tensor mask, Tensor scores)
    {
        var adv = (scores - scores.mean(new long[] { 1 }, keepdim: true)).reshape(-1, 1);
        return -(lp * adv * mask).sum() / mask.sum();
    }

    public float Step(Tensor source, Tensor hypothesis, Tensor mask, Tensor bleu)
    {
        var lp = translator.call(source, hypothesis).log_softmax(-1).gather(-1, hypothesis.unsqueeze(-1)).squeeze(-1);
        var loss = Loss(lp, mask, ScaledScores(bleu));
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
