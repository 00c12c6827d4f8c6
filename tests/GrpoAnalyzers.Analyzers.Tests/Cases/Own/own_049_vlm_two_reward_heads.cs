// case: own.049
// expect: GRPO001, GRPO002
// shape: vision-language trainer, image features and text, weighted sum of rewards standardised per image
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class VlmGrpo
{
    private readonly nn.Module<Tensor, Tensor, Tensor> vlm;
    private readonly optim.Optimizer optim1;
    private readonly double accuracyWeight;
    private readonly double formatWeight;

    public VlmGrpo(nn.Module<Tensor, Tensor, Tensor> vlm, double accuracyWeight, double formatWeight)
    {
        this.vlm = vlm;
        this.accuracyWeight = accuracyWeight;
        this.formatWeight = formatWeight;
        optim1 = torch.optim.AdamW(vlm.parameters(), lr: 1e-6, weight_decay: 0.0);
    }

    public void Update(Tensor pixels, Tensor text, Tensor textMask, Tensor accuracy, Tensor format, int rolloutsPerImage)
    {
        using var d = NewDisposeScope();
        var total = accuracy * accuracyWeight + format * formatWeight;
        using var rows = total.reshape(-1, rolloutsPerImage);
        using var centre = rows.mean(new[] { 1L }, keepdim: true);
        using var spread = rows.std(1, unbiased: false, keepdim: true) + 1e-6;
        using var adv = {|GRPO002:((rows - centre) / spread)|}.reshape(-1).unsqueeze(-1);
        using var logits = vlm.call(pixels, text);
        using var lp = logits.log_softmax(-1).gather(-1, text.unsqueeze(-1)).squeeze(-1);
        using var ratio = (lp - lp.detach()).exp();
        using var tokenLoss = ratio * adv * textMask;
        using var length = textMask.sum(1, keepdim: true);
        using var rowLoss = {|GRPO001:(tokenLoss / length)|}.sum(1);
        using var loss = rowLoss.mean().neg();
        optim1.zero_grad();
        loss.backward();
        optim1.step();
    }
}
