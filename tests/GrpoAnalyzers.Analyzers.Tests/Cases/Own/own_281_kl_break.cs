// case: own.281
// expect: none
// shape: several updates with a KL break, token mean
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Essay
{
    public class EssayOptions
    {
        public int MaxUpdates = 12;
        public double Epsilon = 0.2;
        public double KlLimit = 0.02;
        public int EssaysPerTopic = 6;
    }

    public interface IGrader
    {
        double Grade(string topic, string essay);
    }

    public class EssayCollector
    {
        private readonly Func<string, long[]> encode;
        private readonly Func<long[], string> decode;
        private readonly IGrader grader;
        private readonly Queue<string> topics;

        public EssayCollector(Func<string, long[]> encode, Func<long[], string> decode, IGrader grader, IEnumerable<string> topics)
        {
            this.encode = encode;
            this.decode = decode;
            this.grader = grader;
            this.topics = new Queue<string>(topics);
        }

        public (Tensor ids, Tensor mask, Tensor grades) Collect(nn.Module<Tensor, Tensor> writer, EssayOptions options, int width)
        {
            using var off = no_grad();
            string topic = topics.Dequeue();
            topics.Enqueue(topic);
            long[] prompt = encode(topic);
            Tensor ids = tensor(prompt).repeat(options.EssaysPerTopic, 1);
            while (ids.shape[1] < width)
            {
                Tensor p = writer.call(ids).select(1, -1).softmax(-1);
                ids = cat(new[] { ids, p.multinomial(1) }, 1);
            }
            Tensor answers = ids.narrow(1, prompt.Length, width - prompt.Length);
            Tensor ends = answers.eq(0).to(ScalarType.Int64);
            Tensor alive = (ends.cumsum(1) - ends).eq(0).to(ScalarType.Float32);
            Tensor mask = cat(new[] { zeros(options.EssaysPerTopic, prompt.Length - 1), alive }, 1);
            float[] grades = new float[options.EssaysPerTopic];
            for (int i = 0; i < grades.Length; i++)
                grades[i] = (float)grader.Grade(topic, decode(answers[i].data<long>().ToArray()));
            return (ids, mask, tensor(grades));
        }
    }

    public class EssayTrainer
    {
        private readonly nn.Module<Tensor, Tensor> writer;
        private readonly Adam adam;
        private readonly EssayOptions options;

        public EssayTrainer(nn.Module<Tensor, Tensor> writer, EssayOptions options)
        {
            this.writer = writer;
            this.options = options;
            adam = optim.Adam(writer.parameters(), 5e-6);
        }

        private Tensor Logp(Tensor ids)
        {
            Tensor logits = writer.call(ids).narrow(1, 0, ids.shape[1] - 1);
            Tensor labels = ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(2);
            return nn.functional.log_softmax(logits, 2).gather(2, labels).squeeze(2);
        }

        public int Update(Tensor ids, Tensor mask, Tensor grades)
        {
            Tensor perTopic = grades.reshape(-1, options.EssaysPerTopic);
            Tensor advantage = (perTopic - perTopic.mean(new long[] { 1 }, true)).reshape(-1, 1);
            Tensor total = mask.sum();

            Tensor old;
            using (no_grad())
            {
                old = Logp(ids);
            }

            int used = 0;
            for (int i = 0; i < options.MaxUpdates; i++)
            {
                using var scope = NewDisposeScope();
                Tensor diff = (Logp(ids) - old) * mask;
                Tensor ratio = diff.exp();

                double kl = ((ratio - 1 - diff) * mask).sum().item<float>() / total.item<float>();
                if (kl > options.KlLimit)
                {
                    Console.WriteLine($"stopped after {i} updates, kl {kl:F4}");
                    break;
                }

                Tensor a = ratio * advantage;
                Tensor b = ratio.clamp(1 - options.Epsilon, 1 + options.Epsilon) * advantage;
                Tensor loss = -(torch.minimum(a, b) * mask).sum() / total;
                adam.zero_grad();
                loss.backward();
                adam.step();
                used++;
            }
            return used;
        }
    }
}
