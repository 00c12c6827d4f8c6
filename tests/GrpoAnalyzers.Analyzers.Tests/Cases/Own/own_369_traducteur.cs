// case: own.369
// expect: GRPO001, GRPO002
// shape: French names, static maths class, L2 norm after centring, masked mean helper, one update per rollout
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Traduction;

public static class Calcul
{
    public static Tensor Centrer(Tensor r) => r - r.mean(new long[] { 1 }, keepdim: true);

    public static Tensor Normaliser(Tensor r)
    {
        var c = Centrer(r);
        var norme = c.norm(1, keepdim: true, p: 2f);
        return {|GRPO002:divide(c, norme + 1e-4)|};
    }

    public static Tensor MoyenneMasquee(Tensor x, Tensor masque, long dim)
    {
        var somme = x.mul(masque).sum(dim);
        var longueur = masque.sum(dim).clamp_min(1);
        return divide(somme, longueur);
    }

    public static Tensor LogProbas(Tensor logits, Tensor cibles)
        => logits.gather(-1, cibles.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1);
}

public sealed class Lot
{
    public required Tensor Jetons { get; init; }
    public required Tensor Cibles { get; init; }
    public required Tensor Masque { get; init; }
    public required Tensor Comet { get; init; }
}

public sealed class Entraineur
{
    private readonly nn.Module<Tensor, Tensor> _modele;
    private readonly nn.Module<Tensor, Tensor> _reference;
    private readonly optim.Optimizer _optimiseur;
    private readonly int _candidats;
    private readonly double _beta;

    public Entraineur(nn.Module<Tensor, Tensor> modele, nn.Module<Tensor, Tensor> reference, int candidats, double beta)
    {
        _modele = modele;
        _reference = reference;
        _candidats = candidats;
        _beta = beta;
        _optimiseur = optim.NAdam(modele.parameters(), 1e-6);
    }

    public void Apprendre(Func<nn.Module<Tensor, Tensor>, Lot> echantillonner, int tours)
    {
        for (var tour = 0; tour < tours; tour++)
        {
            using var portee = NewDisposeScope();
            var lot = echantillonner(_modele);
            var avantages = Calcul.Normaliser(lot.Comet.view(-1, _candidats)).view(-1, 1);

            Tensor logRef;
            using (no_grad())
                logRef = Calcul.LogProbas(_reference.forward(lot.Jetons), lot.Cibles);

            var logp = Calcul.LogProbas(_modele.forward(lot.Jetons), lot.Cibles);
            var rapport = (logp - logp.detach()).exp();
            var ecart = logRef - logp;
            var kl = ecart.exp() - ecart - 1;
            var parJeton = rapport * avantages - _beta * kl;

            _optimiseur.zero_grad();
            var perte = {|GRPO001:Calcul.MoyenneMasquee(parJeton, lot.Masque, 1)|}.mean().neg();
            perte.backward();
            _optimiseur.step();

            Console.WriteLine($"tour {tour} : COMET {lot.Comet.mean().item<float>():F4}");
        }
    }
}
