// case: own.413
// expect: none
// shape: python-style DPO on preference pairs, several epochs, lengths only logged
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace support_bot;

public record PairBatch(Tensor chosen_ids, Tensor chosen_mask, Tensor rejected_ids, Tensor rejected_mask);

public static class logp_utils
{
    public static Tensor sequence_logps(Module<Tensor, Tensor> model, Tensor ids, Tensor mask)
    {
        var n = ids.shape[1] - 1;
        var lp = functional.log_softmax(model.call(ids.narrow(1, 0, n)), -1);
        var tok = lp.gather(2, ids.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1);
        return (tok * mask.narrow(1, 1, n)).sum(1);
    }
}

public class DpoTrainer
{
    readonly Module<Tensor, Tensor> model;
    readonly Module<Tensor, Tensor> ref_model;
    readonly optim.Optimizer optimizer;
    public double beta = 0.1;

    public DpoTrainer(Module<Tensor, Tensor> model, Module<Tensor, Tensor> ref_model)
    {
        this.model = model;
        this.ref_model = ref_model;
        optimizer = optim.AdamW(model.parameters(), lr: 5e-7, weight_decay: 0.0);
    }

    public Dictionary<string, float> step(PairBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor ref_c, ref_r;
        using (no_grad())
        {
            ref_c = logp_utils.sequence_logps(ref_model, batch.chosen_ids, batch.chosen_mask);
            ref_r = logp_utils.sequence_logps(ref_model, batch.rejected_ids, batch.rejected_mask);
        }
        var pi_c = logp_utils.sequence_logps(model, batch.chosen_ids, batch.chosen_mask);
        var pi_r = logp_utils.sequence_logps(model, batch.rejected_ids, batch.rejected_mask);

        var logits = (pi_c - pi_r) - (ref_c - ref_r);
        var loss = -functional.logsigmoid(beta * logits).mean();

        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        optimizer.step();

        using var ng = no_grad();
        var c_len = batch.chosen_mask.sum(1);
        var r_len = batch.rejected_mask.sum(1);
        return new Dictionary<string, float>
        {
            ["loss"] = loss.detach().ToSingle(),
            ["logp_per_token/chosen"] = (pi_c.detach() / c_len).mean().ToSingle(),
            ["logp_per_token/rejected"] = (pi_r.detach() / r_len).mean().ToSingle(),
            ["accuracy"] = logits.detach().gt(0).to_type(ScalarType.Float32).mean().ToSingle(),
        };
    }

    public void fit(IEnumerable<PairBatch> data, int epochs = 3)
    {
        for (var e = 0; e < epochs; e++)
            foreach (var batch in data)
            {
                var m = step(batch);
                Console.WriteLine($"epoch {e} loss {m["loss"]:F4} acc {m["accuracy"]:F2}");
            }
    }
}
