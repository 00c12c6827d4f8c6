// case: own.319
// expect: GRPO001, GRPO003
// shape: group deviation with SGD with momentum (so no GRPO002), row sums divided by row lengths with true_divide, flattened epoch/minibatch sequence by SelectMany
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

class SketchBatch
{
    public Tensor Images { get; init; }      // [B, D] features of the photo to be drawn
    public Tensor Strokes { get; init; }     // [B, T] stroke tokens, 0 = padding
    public Tensor Similarity { get; init; }  // [B]
}

class SketchNet : nn.Module<Tensor, Tensor, Tensor>
{
    readonly nn.Module<Tensor, Tensor> photo, stroke, output;

    public SketchNet(int features, int tokens, int width) : base("sketch")
    {
        photo = nn.Linear(features, width);
        stroke = nn.Embedding(tokens, width);
        output = nn.Linear(width, tokens);
        RegisterComponents();
    }

    public override Tensor forward(Tensor image, Tensor strokes)
    {
        var past = stroke.call(strokes).cumsum(1);
        return output.call((photo.call(image).unsqueeze(1) + past).tanh());
    }
}

class SketchTrainer
{
    readonly SketchNet net;
    readonly optim.Optimizer sgd;
    readonly optim.lr_scheduler.LRScheduler sched;
    readonly long group;

    public SketchTrainer(SketchNet net, long group)
    {
        this.net = net;
        this.group = group;
        sgd = optim.SGD(net.parameters(), 1e-2, momentum: 0.9);
        sched = optim.lr_scheduler.CosineAnnealingLR(sgd, 1000);
    }

    Tensor ZScore(Tensor rewards)
    {
        var g = rewards.view(-1, group);
        return ((g - g.mean(new long[] { 1 }, true)) / (g.std(1, keepdim: true) + 1e-4)).view(-1);
    }

    Tensor Logp(Tensor images, Tensor strokes)
    {
        long t = strokes.shape[1] - 1;
        var logits = net.call(images, strokes.narrow(1, 0, t));
        return -nn.functional.cross_entropy(logits.permute(0, 2, 1), strokes.narrow(1, 1, t), reduction: nn.Reduction.None);
    }

    public void Fit(SketchBatch batch, int epochs)
    {
        var a = ZScore(batch.Similarity);
        var stored = Logp(batch.Images, batch.Strokes).detach();
        var keep = batch.Strokes.narrow(1, 1, batch.Strokes.shape[1] - 1).ne(0).to_type(ScalarType.Float32);
        var schedule = Enumerable.Range(0, epochs).SelectMany(_ => randperm(a.shape[0]).chunk(4));

        foreach (var rows in schedule)
        {
            using var scope = NewDisposeScope();
            var ratio = exp(Logp(batch.Images[rows], batch.Strokes[rows]) - stored[rows]);
            var adv = a[rows].unsqueeze(-1);
            var m = keep[rows];
            var gain = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * m;
            var loss = -mean({|GRPO001:gain.sum(1).true_divide(m.sum(1))|});
            sgd.zero_grad();
            loss.backward();
            {|GRPO003:sgd.step()|};
        }
        sched.step();
    }
}
