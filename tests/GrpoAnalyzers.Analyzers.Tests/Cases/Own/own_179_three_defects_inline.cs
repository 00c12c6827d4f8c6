// case: own.179
// expect: GRPO001, GRPO002, GRPO003
// shape: one long method in an explicit-type style, reward model network, arrays of tensors instead of padding
using System;
using TorchSharp;
using static TorchSharp.torch;

public class AllInOne
{
    public static void Finetune(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> rewardModel, Func<Tensor, int, Tensor[]> sample, Tensor[] prompts, int updates)
    {
        optim.Optimizer optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
        foreach (Tensor prompt in prompts)
        {
            Tensor[] completions = sample(prompt, 8);
            Tensor[] old = new Tensor[completions.Length];
            float[] scores = new float[completions.Length];
            using (no_grad())
            {
                for (int i = 0; i < completions.Length; i++)
                {
                    old[i] = LogProb(policy, prompt, completions[i]);
                    scores[i] = rewardModel.call(cat(new Tensor[] { prompt, completions[i] }).unsqueeze(0)).item<float>();
                }
            }

            float mean = 0f;
            for (int i = 0; i < scores.Length; i++) mean += scores[i];
            mean /= scores.Length;
            float sum = 0f;
            for (int i = 0; i < scores.Length; i++) sum += (scores[i] - mean) * (scores[i] - mean);
            float std = MathF.Sqrt(sum / (scores.Length - 1));
            float[] advantages = new float[scores.Length];
            for (int i = 0; i < scores.Length; i++) advantages[i] = {|GRPO002:(scores[i] - mean) / (std + 1e-4f)|};

            for (int u = 0; u < updates; u++)
            {
                Tensor[] losses = new Tensor[completions.Length];
                for (int i = 0; i < completions.Length; i++)
                {
                    Tensor lp = LogProb(policy, prompt, completions[i]);
                    Tensor r = torch.exp(lp - old[i]);
                    Tensor surr = torch.min(r * advantages[i], torch.clamp(r, 0.8, 1.2) * advantages[i]);
                    losses[i] = {|GRPO001:-surr.sum() / completions[i].shape[0]|};
                }

                Tensor loss = stack(losses).mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }

    private static Tensor LogProb(nn.Module<Tensor, Tensor> policy, Tensor prompt, Tensor completion)
    {
        Tensor all = cat(new Tensor[] { prompt, completion }).unsqueeze(0);
        Tensor logits = policy.call(all).squeeze(0).narrow(0, prompt.shape[0] - 1, completion.shape[0]);
        return logits.log_softmax(-1).gather(1, completion.unsqueeze(1)).squeeze(1);
    }
}
