// case: own.312
// expect: GRPO001, GRPO002
// shape: vision-language captioning, advantage and inverse-length weights combined into one coefficient tensor, AdamW, single update with ratio one
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning
{
    public delegate float CaptionReward(string caption, string[] references);

    public class CaptionModel : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> vision, embed, head;

        public CaptionModel(int pixels, int vocab, int dim) : base(nameof(CaptionModel))
        {
            vision = nn.Sequential(nn.Linear(pixels, dim), nn.ReLU(), nn.Linear(dim, dim));
            embed = nn.Embedding(vocab, dim);
            head = nn.Linear(dim, vocab);
            RegisterComponents();
        }

        public override Tensor forward(Tensor image, Tensor words)
        {
            var ctx = vision.call(image.flatten(1)).unsqueeze(1);
            var h = embed.call(words).cumsum(1) + ctx;
            return head.call(h.tanh());
        }
    }

    public class CaptionTrainer
    {
        private readonly CaptionModel model;
        private readonly optim.Optimizer opt;
        private const int CaptionsPerImage = 5;

        public CaptionTrainer(CaptionModel model)
        {
            this.model = model;
            opt = optim.AdamW(model.parameters(), lr: 5e-5, weight_decay: 1e-2);
        }

        /// <param name="images">[N, 3, H, W], each image repeated CaptionsPerImage times</param>
        public void Update(Tensor images, Tensor words, long[] lengths, float[] cider)
        {
            using var scope = NewDisposeScope();
            int rows = cider.Length;
            int images_ = rows / CaptionsPerImage;
            var coefficient = new float[rows];
            for (int k = 0; k < images_; k++)
            {
                var slice = cider.AsSpan(k * CaptionsPerImage, CaptionsPerImage);
                float m = 0, v = 0;
                foreach (var c in slice) m += c / CaptionsPerImage;
                foreach (var c in slice) v += (c - m) * (c - m) / CaptionsPerImage;
                float sd = MathF.Sqrt(v) + 1e-4f;
                for (int j = 0; j < CaptionsPerImage; j++)
                    coefficient[k * CaptionsPerImage + j] = {|GRPO002:(slice[j] - m) / sd|};
            }

            var len = tensor(lengths).to_type(ScalarType.Float32);
            var positions = arange(words.shape[1] - 1).unsqueeze(0);
            var mask = positions.lt(len.unsqueeze(1)).to_type(ScalarType.Float32);
            var input = words.narrow(1, 0, words.shape[1] - 1);
            var target = words.narrow(1, 1, words.shape[1] - 1);
            var logp = model.call(images, input).log_softmax(-1).gather(-1, target.unsqueeze(-1)).squeeze(-1);
            var ratio = (logp - logp.detach()).exp();

            var perCaption = (ratio * mask).sum(1) * tensor(coefficient);
            var loss = -({|GRPO001:perCaption * len.reciprocal()|}).mean();
            opt.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            opt.step();
        }
    }
}
