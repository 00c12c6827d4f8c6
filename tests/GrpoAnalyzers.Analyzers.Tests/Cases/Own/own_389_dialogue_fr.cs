// case: own.389
// expect: GRPO001, GRPO002
// shape: French naming, group view tensor std, lengths vector, single policy-gradient update
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Dialogue
{
    public sealed record LotDeReponses(Tensor Jetons, Tensor Masque, float[] Notes, int Questions, int ReponsesParQuestion);

    public static class Avantages
    {
        public static Tensor Normaliser(float[] notes, int questions, int parQuestion)
        {
            Tensor grille = tensor(notes).reshape(questions, parQuestion);
            Tensor moyenne = grille.mean(new long[] { 1 }, keepdim: true);
            Tensor ecart = grille.std(1, unbiased: false, keepdim: true);
            Tensor centre = grille.sub(moyenne);
            return {|GRPO002:centre.div(ecart.add(1e-4))|}.reshape(questions * parQuestion);
        }
    }

    public sealed class Entraineur : IDisposable
    {
        private readonly nn.Module<Tensor, Tensor> politique;
        private readonly TorchSharp.Modules.AdamW optimiseur;

        public Entraineur(nn.Module<Tensor, Tensor> politique, double pas)
        {
            this.politique = politique;
            optimiseur = optim.AdamW(politique.parameters(), pas, weight_decay: 0.01);
        }

        private Tensor LogProbabilites(Tensor jetons)
        {
            long n = jetons.shape[1];
            Tensor sorties = politique.call(jetons.slice(1, 0, n - 1, 1));
            Tensor cibles = jetons.slice(1, 1, n, 1);
            return nn.functional.log_softmax(sorties, 2).gather(2, cibles.unsqueeze(2)).squeeze(2);
        }

        private Tensor Perte(LotDeReponses lot)
        {
            Tensor masque = lot.Masque.slice(1, 1, lot.Masque.shape[1], 1);
            Tensor longueurs = masque.sum(1);
            Tensor avantages = Avantages.Normaliser(lot.Notes, lot.Questions, lot.ReponsesParQuestion);
            Tensor logp = LogProbabilites(lot.Jetons) * masque;
            Tensor parReponse = logp.sum(1);
            Tensor moyenneParReponse = {|GRPO001:parReponse / longueurs|};
            return -(moyenneParReponse * avantages).mean();
        }

        public float Etape(LotDeReponses lot)
        {
            using var portee = NewDisposeScope();
            optimiseur.zero_grad();
            Tensor perte = Perte(lot);
            perte.backward();
            nn.utils.clip_grad_norm_(politique.parameters(), 0.5);
            optimiseur.step();
            return perte.ToSingle();
        }

        public void Dispose()
        {
            optimiseur.Dispose();
            politique.Dispose();
        }
    }
}
