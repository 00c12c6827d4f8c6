// case: own.327
// expect: GRPO002, GRPO003
// shape: adapter and head with separate Adam optimisers, kept in an array and stepped in a while loop; token mean; static factory; jagged prompts
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Adapters
{
    public sealed class AdaptedModel : nn.Module<Tensor, Tensor>
    {
        public readonly Linear Adapter;
        public readonly Linear Head;
        private readonly nn.Module<Tensor, Tensor> backbone;

        public AdaptedModel(nn.Module<Tensor, Tensor> backbone, int dim, int vocab) : base("adapted")
        {
            this.backbone = backbone;
            Adapter = nn.Linear(dim, dim);
            Head = nn.Linear(dim, vocab);
            RegisterComponents();
        }

        public override Tensor forward(Tensor ids)
        {
            Tensor h;
            using (no_grad()) h = backbone.forward(ids);
            return Head.forward(h + Adapter.forward(h));
        }
    }

    public class AdapterRl
    {
        private readonly AdaptedModel model;
        private readonly optim.Optimizer[] optimizers;
        private readonly double band;

        private AdapterRl(AdaptedModel model, double band)
        {
            this.model = model;
            this.band = band;
            optimizers = new optim.Optimizer[]
            {
                optim.Adam(model.Adapter.parameters(), 1e-4),
                optim.AdamW(model.Head.parameters(), 1e-5)
            };
        }

        public static AdapterRl Create(AdaptedModel model) => new AdapterRl(model, 0.2);

        public void Improve(Tensor ids, Tensor mask, float[][] rewardsByPrompt)
        {
            var adv = tensor(rewardsByPrompt.SelectMany(Whiten).ToArray()).unsqueeze(1);
            var frozen = Logp(ids).detach();
            int n = 0;
            while (n < 4)
            {
                var q = (Logp(ids) - frozen).exp();
                var s = minimum(q * adv, q.clamp(1 - band, 1 + band) * adv);
                var loss = -(s * mask).sum() / mask.sum();
                model.zero_grad();
                loss.backward();
                foreach (var o in optimizers)
                    {|GRPO003:o.step()|};
                n++;
            }
        }

        private static IEnumerable<float> Whiten(float[] r)
        {
            var m = r.Average();
            var s = (float)Math.Sqrt(r.Select(x => (x - m) * (x - m)).Sum() / r.Length);
            foreach (var x in r)
                yield return {|GRPO002:(x - m) / (s + 1e-4f)|};
        }

        private Tensor Logp(Tensor ids)
            => nn.functional.log_softmax(model.forward(ids), -1).gather(2, ids.unsqueeze(2)).squeeze(2);
    }
}
