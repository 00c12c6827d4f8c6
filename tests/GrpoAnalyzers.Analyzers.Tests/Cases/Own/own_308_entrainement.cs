// case: own.308
// expect: GRPO001, GRPO002, GRPO003
// shape: French names, log-probabilities from cross_entropy with ignore_index, valid tokens counted from the labels
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Traduction
{
    public sealed class Parametres
    {
        public int TailleGroupe = 6;
        public int Passages = 3;
        public double Ecretage = 0.2;
        public double Pas = 2e-6;
    }

    public class Entraineur
    {
        private readonly Module<Tensor, Tensor> modele;
        private readonly Parametres prm;
        private readonly optim.Optimizer optimiseur;

        public Entraineur(Module<Tensor, Tensor> modele, Parametres prm)
        {
            this.modele = modele;
            this.prm = prm;
            optimiseur = optim.AdamW(modele.parameters(), lr: prm.Pas);
        }

        private Tensor LogProbas(Tensor entrees, Tensor etiquettes)
        {
            var logits = modele.forward(entrees);
            long v = logits.shape[2];
            var nll = F.cross_entropy(logits.view(-1, v), etiquettes.view(-1), ignore_index: -100, reduction: Reduction.None);
            return -nll.view(etiquettes.shape[0], etiquettes.shape[1]);
        }

        private Tensor Avantages(float[] scores)
        {
            var r = tensor(scores).view(-1, prm.TailleGroupe);
            var moyenne = r.mean(new long[] { 1 }, true);
            var ecartType = r.std(1, keepdim: true);
            return {|GRPO002:((r - moyenne) / (ecartType + 1e-4))|}.view(-1, 1);
        }

        public void Iteration(Tensor entrees, Tensor etiquettes, float[] scores)
        {
            using var portee = NewDisposeScope();
            var avantages = Avantages(scores);
            Tensor anciennes;
            using (no_grad())
                anciennes = LogProbas(entrees, etiquettes);
            var valides = etiquettes.ne(-100).to_type(ScalarType.Float32);

            for (int passage = 1; passage <= prm.Passages; passage++)
            {
                var rapport = (LogProbas(entrees, etiquettes) - anciennes).exp();
                var borne = rapport.clamp(1 - prm.Ecretage, 1 + prm.Ecretage);
                var gain = minimum(rapport * avantages, borne * avantages);
                var gainMoyen = {|GRPO001:(gain * valides).sum(1) / valides.sum(1)|};
                var perte = -gainMoyen.mean();
                optimiseur.zero_grad();
                perte.backward();
                {|GRPO003:optimiseur.step()|};
                Console.WriteLine($"passage {passage} : perte = {perte.ToSingle():F5}");
            }
        }
    }
}
