// case: C1.02
// expect: GRPO001
// shape: epsilon added to the length; REINFORCE with an entropy bonus, French comments
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Agents.Texte;

// Entraîneur REINFORCE pour la génération de texte.
public sealed class Entraineur
{
    private readonly Module<Tensor, Tensor> modele;
    private readonly optim.Optimizer optimiseur;
    private readonly float coefEntropie;

    public Entraineur(Module<Tensor, Tensor> modele, float coefEntropie = 0.01f)
    {
        this.modele = modele;
        this.coefEntropie = coefEntropie;
        optimiseur = optim.RMSProp(modele.parameters(), 1e-4);
    }

    public void Pas(Tensor jetons, Tensor masque, Tensor recompenses)
    {
        // la moyenne du lot sert de référence
        var avantage = (recompenses - recompenses.mean()).unsqueeze(-1);
        var logits = modele.call(jetons);
        var logp = logits.log_softmax(-1);
        var choisi = logp.gather(-1, jetons.unsqueeze(-1)).squeeze(-1);
        var entropie = -(logp.exp() * logp).sum(-1);
        var longueur = masque.sum(1) + 1e-8;
        var parSequence = {|GRPO001:(choisi * avantage * masque).sum(1) / longueur|};
        var bonus = (entropie * masque).sum() / masque.sum();
        var perte = -parSequence.mean() - coefEntropie * bonus;
        optimiseur.zero_grad();
        perte.backward();
        optimiseur.step();
    }
}
