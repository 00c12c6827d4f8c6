// case: own.355
// expect: none
// shape: knowledge distillation: per-text mean of the divergence, teacher logits standardised by their deviation over the vocabulary, several epochs
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Distill
{
    public class Student
    {
        private readonly nn.Module<Tensor, Tensor> student, teacher;
        private readonly optim.Optimizer opt;
        private readonly double temperature;

        public Student(nn.Module<Tensor, Tensor> student, nn.Module<Tensor, Tensor> teacher, double temperature)
        {
            this.student = student;
            this.teacher = teacher;
            this.temperature = temperature;
            opt = optim.AdamW(student.parameters(), 3e-5, weight_decay: 0.01);
        }

        private static Tensor Standardise(Tensor logits)
        {
            var sd = logits.std(-1, keepdim: true);
            return (logits - logits.mean(new long[] { -1 }, keepdim: true)) / (sd + 1e-6);
        }

        private Tensor Divergence(Tensor ids)
        {
            Tensor target;
            using (no_grad())
                target = (Standardise(teacher.forward(ids)) / temperature).log_softmax(-1);
            var own = (Standardise(student.forward(ids)) / temperature).log_softmax(-1);
            return (target.exp() * (target - own)).sum(-1);
        }

        public void Train(IReadOnlyList<(Tensor ids, Tensor mask)> corpus, int epochs)
        {
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                float sum = 0;
                foreach (var (ids, mask) in corpus)
                {
                    using var scope = NewDisposeScope();
                    var perText = (Divergence(ids) * mask).sum(1) / mask.sum(1);
                    var loss = perText.mean() * temperature * temperature;
                    opt.zero_grad();
                    loss.backward();
                    opt.step();
                    sum += loss.ToSingle();
                }
                Console.WriteLine($"epoch {epoch}: divergence {sum / corpus.Count:F4}");
            }
        }
    }
}
