// case: own.385
// expect: GRPO001, GRPO002
// shape: socratic maths dialogues, custom loss module over dictionary of turns, once per batch, L2 norm, einsum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Socratic;

public enum Signal { Correct, AsksQuestion, NoSpoiler }

public sealed class Dialogues
{
    private readonly Dictionary<Signal, float[,]> _scores = new();
    public Tensor Ids { get; }
    public Tensor TutorTokens { get; }   // [Q, K, T]
    public Dialogues(Tensor ids, Tensor tutorTokens) => (Ids, TutorTokens) = (ids, tutorTokens);
    public float[,] this[Signal s] { get => _scores[s]; set => _scores[s] = value; }
    public IEnumerable<Signal> Signals => _scores.Keys;
}

public sealed class SocraticLoss : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    public SocraticLoss() : base("socratic") { }

    // [Q, K, T], [Q, K, T], [Q, K]
    public override Tensor forward(Tensor logProbs, Tensor mask, Tensor advantage)
    {
        var masked = einsum("qkt,qkt->qk", logProbs, mask);
        var perDialogue = {|GRPO001:torch.div(masked, mask.sum(2))|};
        return torch.mul(perDialogue, advantage).mean().neg();
    }
}

public static class SignalMath
{
    public static Tensor Blend(this Dialogues d, IReadOnlyDictionary<Signal, float> weights)
    {
        Tensor? total = null;
        foreach (var s in d.Signals)
        {
            var part = tensor(d[s]) * weights[s];
            total = total is null ? part : total + part;
        }
        var r = total ?? throw new InvalidOperationException("no signals");
        var centred = r - r.mean(new long[] { 1 }, keepdim: true);
        var norm = centred.norm(1, true, 2f);
        return {|GRPO002:centred / (norm + 1e-4f)|};
    }
}

public sealed class SocraticTrainer
{
    private readonly nn.Module<Tensor, Tensor> _tutor;
    private readonly SocraticLoss _criterion = new();
    private readonly optim.Optimizer _adamW;
    private readonly IReadOnlyDictionary<Signal, float> _weights =
        Enum.GetValues<Signal>().ToDictionary(s => s, s => s == Signal.Correct ? 1f : 0.25f);

    public SocraticTrainer(nn.Module<Tensor, Tensor> tutor)
    {
        _tutor = tutor;
        _adamW = optim.AdamW(tutor.parameters(), lr: 1e-6, weight_decay: 0.01);
    }

    public IEnumerable<double> Run(IEnumerable<Dialogues> stream)
    {
        foreach (var d in stream)
        {
            var (q, k, t) = (d.Ids.shape[0], d.Ids.shape[1], d.Ids.shape[2]);
            var flat = d.Ids.reshape(q * k, t);
            var lp = _tutor.call(flat.narrow(1, 0, t - 1)).log_softmax(-1)
                .gather(-1, flat.narrow(1, 1, t - 1).unsqueeze(-1))
                .reshape(q, k, t - 1);
            var loss = _criterion.call(lp, d.TutorTokens.narrow(2, 1, t - 1), d.Blend(_weights));
            _adamW.zero_grad();
            loss.backward();
            _adamW.step();
            yield return loss.ToDouble();
        }
    }
}
