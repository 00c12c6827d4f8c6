// case: own.307
// expect: GRPO001, GRPO002, GRPO003
// shape: in-place tensor methods throughout, terse abbreviated naming, buffers reused between iterations
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace rl.fast
{
    class buf
    {
        public Tensor ids, msk, olp, rw, adv;
        public long bs => ids.shape[0];
    }

    class upd
    {
        readonly nn.Module<Tensor, Tensor> pi;
        readonly optim.Optimizer o;
        readonly long grp;

        public upd(nn.Module<Tensor, Tensor> pi, long grp, double lr)
        {
            this.pi = pi;
            this.grp = grp;
            o = optim.RAdam(pi.parameters(), lr);
        }

        Tensor lp(Tensor ids)
        {
            var z = pi.forward(ids);
            return z.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze_(-1);
        }

        void prep(buf b)
        {
            using var _ = no_grad();
            b.olp = lp(b.ids);
            b.adv = b.rw.clone().view(-1, grp);
            var sd = b.adv.std(1, keepdim: true).add_(1e-6);
            b.adv.sub_(b.adv.mean(new[] { 1L }, true));
            {|GRPO002:b.adv.div_(sd)|};
            b.adv = b.adv.view(-1, 1);
        }

        public float run(buf b, int n, float c)
        {
            prep(b);
            var len = b.msk.sum(1);
            float acc = 0;
            for (int k = 0; k < n; k++)
            {
                using var s = NewDisposeScope();
                var r = lp(b.ids).sub(b.olp).exp();
                var l1 = r.mul(b.adv);
                var l2 = r.clamp(1 - c, 1 + c).mul(b.adv);
                var l = l1.minimum(l2).mul(b.msk).sum(1);
                l = {|GRPO001:l.div_(len)|};
                var loss = l.mean().neg_();
                o.zero_grad();
                loss.backward();
                {|GRPO003:o.step()|};
                acc += loss.ToSingle();
            }
            return acc / n;
        }
    }
}
