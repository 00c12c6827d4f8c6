// case: own.266
// expect: GRPO001, GRPO002, GRPO003
// shape: extension-method chain, image captions; 001 in an extension class
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Captioner;

internal static class TensorFluency
{
    public static Tensor LogProbOf(this Tensor logits, Tensor tokens) =>
        logits.log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);

    public static Tensor RatioTo(this Tensor logp, Tensor old) => logp.sub(old).exp();

    public static Tensor Pessimistic(this Tensor ratio, Tensor advantage, double width) =>
        ratio.mul(advantage).minimum(ratio.clamp(1 - width, 1 + width).mul(advantage));

    public static Tensor MeanOverOwnTokens(this Tensor x, Tensor mask) =>
        {|GRPO001:x.mul(mask).sum(-1).div(mask.sum(-1))|};

    public static Tensor Hide(this Tensor x, Tensor mask) => x.masked_fill(mask.eq(0), 0);
}

public sealed class CaptionModel : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear _image, _logits;
    private readonly Embedding _word;
    private readonly LSTM _lstm;

    public CaptionModel(long pixels, long words, long width = 512) : base("captioner")
    {
        _image = nn.Linear(pixels, width);
        _word = nn.Embedding(words, width);
        _lstm = nn.LSTM(width, width, numLayers: 2, batchFirst: true);
        _logits = nn.Linear(width, words);
        RegisterComponents();
    }

    public override Tensor forward(Tensor image, Tensor words)
    {
        var first = _image.call(image).unsqueeze(1);
        var rest = _word.call(words.narrow(1, 0, words.shape[1] - 1));
        return _logits.call(_lstm.call(torch.cat(new[] { first, rest }, 1)).Item1);
    }
}

/// <summary>CIDEr-style reward for several captions of one picture, group-relative.</summary>
public sealed class CiderTuner
{
    private readonly CaptionModel _model;
    private readonly Adam _adam;
    private readonly Func<string, IReadOnlyList<string>, float> _cider;
    private readonly Func<long[], string> _decode;

    public CiderTuner(CaptionModel model, Func<string, IReadOnlyList<string>, float> cider, Func<long[], string> decode)
    {
        _model = model;
        _cider = cider;
        _decode = decode;
        _adam = torch.optim.Adam(model.parameters(), lr: 5e-5);
    }

    private Tensor Write(Tensor images, int steps)
    {
        using var off = torch.no_grad();
        var words = torch.zeros(new[] { images.shape[0], 1L }, torch.ScalarType.Int64);
        for (var t = 0; t < steps; t++)
        {
            var p = _model.call(images, words).select(1, t).softmax(-1);
            words.narrow(1, t, 1).copy_(p.multinomial(1));
            words = torch.cat(new[] { words, torch.zeros_like(words.narrow(1, 0, 1)) }, 1);
        }
        return words.narrow(1, 0, steps);
    }

    public float Step(Tensor image, IReadOnlyList<string> references, int captions, int sweeps)
    {
        var images = image.flatten().unsqueeze(0).expand(captions, -1);
        var words = Write(images, 18);
        var mask = words.eq(0).to(torch.ScalarType.Float32).cumsum(1).le(1).to(torch.ScalarType.Float32);
        var score = Enumerable.Range(0, captions).Select(i => _cider(_decode(words[i].data<long>().ToArray()), references)).ToArray();
        var r = torch.tensor(score);
        var advantage = {|GRPO002:r.sub(r.mean()).div(r.std().add(1e-4))|}.unsqueeze(-1);
        var old = _model.call(images, words).LogProbOf(words).detach();

        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            _adam.zero_grad();
            _model.call(images, words)
                  .LogProbOf(words)
                  .RatioTo(old)
                  .Pessimistic(advantage, 0.2)
                  .MeanOverOwnTokens(mask)
                  .mean()
                  .neg()
                  .backward();
            {|GRPO003:_adam.step()|};
        }
        return score.Average();
    }
}
