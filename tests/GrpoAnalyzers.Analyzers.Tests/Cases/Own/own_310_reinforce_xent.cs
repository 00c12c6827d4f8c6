// case: own.310
// expect: GRPO001, GRPO002
// shape: REINFORCE without ratio, mean-reduced cross_entropy per answer weighted by a float z-score, Adam, one update
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Quiz
{
    public interface IQuizEnvironment
    {
        (long[] question, string key) Next();
        double Grade(long[] answer, string key);
    }

    public class QuizReinforce
    {
        private readonly nn.Module<Tensor, Tensor> student;
        private readonly IQuizEnvironment env;
        private readonly optim.Optimizer optimizer;
        private readonly Queue<double> history = new Queue<double>();

        public QuizReinforce(nn.Module<Tensor, Tensor> student, IQuizEnvironment env)
        {
            this.student = student;
            this.env = env;
            this.optimizer = optim.Adam(student.parameters(), lr: 1e-4);
        }

        public void Play(int questions, int tries)
        {
            for (int q = 0; q < questions; q++)
            {
                var (question, key) = env.Next();
                var answers = new long[tries][];
                var grades = new double[tries];
                for (int i = 0; i < tries; i++)
                {
                    answers[i] = SampleAnswer(question, 32);
                    grades[i] = env.Grade(answers[i], key);
                }

                double mean = grades.Average();
                double sum = 0;
                foreach (double g in grades) sum += (g - mean) * (g - mean);
                double std = Math.Sqrt(sum / tries);

                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                Tensor total = zeros(1);
                for (int i = 0; i < tries; i++)
                {
                    double weight = {|GRPO002:(grades[i] - mean) / (std + 1e-8)|};
                    var logits = LogitsFor(question, answers[i]);
                    var nll = {|GRPO001:nn.functional.cross_entropy(logits, tensor(answers[i]))|};
                    total = total + weight * nll;
                }
                (total / tries).sum().backward();
                optimizer.step();

                history.Enqueue(mean);
                if (history.Count > 100) history.Dequeue();
                if (q % 50 == 0) Console.WriteLine($"q={q} moving grade={history.Average():F3}");
            }
        }

        private Tensor LogitsFor(long[] question, long[] answer)
        {
            var ids = tensor(question.Concat(answer).ToArray()).unsqueeze(0);
            var all = student.forward(ids).squeeze(0);
            return all.narrow(0, question.Length - 1, answer.Length);
        }

        private long[] SampleAnswer(long[] question, int limit)
        {
            using var ng = no_grad();
            var ids = question.ToList();
            var answer = new List<long>();
            while (answer.Count < limit)
            {
                var logits = student.forward(tensor(ids.ToArray()).unsqueeze(0))[0, -1];
                long token = logits.softmax(-1).multinomial(1).ToInt64();
                ids.Add(token);
                answer.Add(token);
                if (token == 2) break;
            }
            return answer.ToArray();
        }
    }
}
