// case: own.070
// expect: none
// shape: on the student: forward KL to a teacher averaged over each sequence; no advantage anywhere
using System;
using System.Collections.Generic;
using System.Linq;
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
        optimizer = optim.AdamW(student.parameters(), lr: 1e-4);
    }

    public void Fit(IEnumerable<(Tensor ids, Tensor mask)> data, double temperature = 2.0)
    {
        foreach (var (ids, mask) in data)
        {
            Tensor target;
            using (no_grad())
            {
                target = (teacher.call(ids) / temperature).softmax(-1);
            }

            var logits = (student.call(ids) / temperature).log_softmax(-1);
            var perToken = (target * (target.clamp(min: 1e-9).log() - logits)).sum(-1);
            var perSequence = (perToken * mask).sum(1) / mask.sum(1);
            var loss = perSequence.mean() * temperature * temperature;
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
