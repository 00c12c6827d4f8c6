// case: own.436
// expect: none
// shape: preference pairs, length-averaged log-probs in a logistic loss, several epochs, margin statistics logged
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

// DPO for translation, after trl/trainer/dpo_trainer.py
public class TranslationPair
{
    public Tensor chosen_ids, chosen_mask, rejected_ids, rejected_mask;
}

public class DPOTrainer
{
    readonly nn.Module<Tensor, Tensor> model, ref_model;
    readonly double beta;
    readonly optim.Optimizer optimizer;

    public DPOTrainer(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor> ref_model, double beta = 0.1)
    {
        this.model = model;
        this.ref_model = ref_model;
        this.beta = beta;
        optimizer = optim.AdamW(model.parameters(), lr: 5e-7);
    }

    static Tensor get_batch_logps(nn.Module<Tensor, Tensor> m, Tensor ids, Tensor mask, bool average_log_prob)
    {
        var logits = m.forward(ids[.., ..^1]);
        var labels = ids[.., 1..];
        var loss_mask = mask[.., 1..];
        var per_token_logps = logits.log_softmax(-1).gather(2, labels.unsqueeze(2)).squeeze(2);
        if (average_log_prob)
            return (per_token_logps * loss_mask).sum(-1) / loss_mask.sum(-1);
        return (per_token_logps * loss_mask).sum(-1);
    }

    (Tensor losses, Tensor margin) dpo_loss(TranslationPair b, bool average)
    {
        var pc = get_batch_logps(model, b.chosen_ids, b.chosen_mask, average);
        var pr = get_batch_logps(model, b.rejected_ids, b.rejected_mask, average);
        Tensor rc, rr;
        using (no_grad())
        {
            rc = get_batch_logps(ref_model, b.chosen_ids, b.chosen_mask, average);
            rr = get_batch_logps(ref_model, b.rejected_ids, b.rejected_mask, average);
        }
        var logits = (pc - pr) - (rc - rr);
        return (-nn.functional.logsigmoid(beta * logits), (beta * logits).detach());
    }

    public void train(List<TranslationPair> data, int num_train_epochs = 3)
    {
        for (int epoch = 0; epoch < num_train_epochs; epoch++)
        {
            foreach (var batch in data)
            {
                using var scope = NewDisposeScope();
                var (losses, margin) = dpo_loss(batch, average: true);
                optimizer.zero_grad();
                var loss = losses.mean();
                loss.backward();
                optimizer.step();

                var z = (margin - margin.mean()) / (margin.std() + 1e-6);
                Console.WriteLine($"loss {loss.ToSingle():f4} margin {margin.mean().ToSingle():f4} max z {z.max().ToSingle():f2}");
            }
        }
    }
}
