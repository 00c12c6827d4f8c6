// case: own.192
// expect: none
// shape: on-policy distillation: KL to a teacher averaged per sequence, no advantage anywhere
using System;
using TorchSharp;
using static TorchSharp.torch;

public class Distiller
{
    private readonly nn.Module<Tensor, Tensor> student;
    private readonly nn.Module<Tensor, Tensor> teacher;
    private readonly optim.Optimizer optimizer;

    public Distiller(nn.Module<Tensor, Tensor> student, nn.Module<Tensor, Tensor> teacher)
    {
        this.student = student;
        this.teacher = teacher;
        optimizer = optim.AdamW(student.parameters(), lr: 1e-5);
    }

    public float Step(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        Tensor target;
        using (no_grad())
        {
            target = teacher.call(ids).log_softmax(-1);
        }

        var own = student.call(ids).log_softmax(-1);
        var divergence = (target.exp() * (target - own)).sum(-1);
        var perSequence = (divergence * mask).sum(1) / mask.sum(1);
        var loss = perSequence.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
