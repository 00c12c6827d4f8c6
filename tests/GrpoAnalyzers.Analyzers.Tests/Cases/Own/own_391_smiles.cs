// case: own.391
// expect: GRPO001, GRPO003
// shape: chemistry strings, inverse-length weight array multiplied in, RLOO baseline, k3 KL term without guard
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace MoleculeDesign
{
    public sealed class SmilesVocabulary
    {
        private readonly Dictionary<char, long> index = new Dictionary<char, long>();

        public SmilesVocabulary(string alphabet)
        {
            for (int i = 0; i < alphabet.Length; i++) index[alphabet[i]] = i + 1;
        }

        public int Size => index.Count + 1;

        public long[] Encode(string smiles, int width)
        {
            long[] codes = new long[width];
            for (int i = 0; i < smiles.Length && i < width; i++) codes[i] = index[smiles[i]];
            return codes;
        }
    }

    public sealed class MoleculeBatch
    {
        public readonly Tensor Codes;
        public readonly Tensor Mask;
        public readonly Tensor InverseLength;

        public MoleculeBatch(string[] molecules, SmilesVocabulary vocabulary, int width)
        {
            List<Tensor> rows = new List<Tensor>();
            float[,] mask = new float[molecules.Length, width];
            float[] inverse = new float[molecules.Length];
            for (int m = 0; m < molecules.Length; m++)
            {
                rows.Add(tensor(vocabulary.Encode(molecules[m], width)));
                int length = Math.Min(molecules[m].Length, width);
                for (int t = 0; t < length; t++) mask[m, t] = 1f;
                inverse[m] = {|GRPO001:1f / length|};
            }
            Codes = stack(rows, 0);
            Mask = tensor(mask);
            InverseLength = tensor(inverse);
        }
    }

    public static class Baselines
    {
        public static float[] LeaveOneOut(float[] rewards)
        {
            float sum = 0f;
            foreach (float r in rewards) sum += r;
            float[] advantages = new float[rewards.Length];
            for (int i = 0; i < rewards.Length; i++)
            {
                float others = (sum - rewards[i]) / (rewards.Length - 1);
                advantages[i] = rewards[i] - others;
            }
            return advantages;
        }
    }

    public sealed class MoleculeTrainer
    {
        private readonly nn.Module<Tensor, Tensor> generator;
        private readonly nn.Module<Tensor, Tensor> prior;
        private readonly TorchSharp.Modules.Adam optimizer;

        public MoleculeTrainer(nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> prior)
        {
            this.generator = generator;
            this.prior = prior;
            optimizer = optim.Adam(generator.parameters(), lr: 1e-4);
        }

        private static Tensor CharacterLogProbs(nn.Module<Tensor, Tensor> network, Tensor codes)
        {
            Tensor start = zeros(codes.shape[0], 1, dtype: ScalarType.Int64);
            Tensor shifted = cat(new[] { start, codes.narrow(1, 0, codes.shape[1] - 1) }, 1);
            Tensor logits = network.call(shifted);
            return logits.log_softmax(2).gather(2, codes.unsqueeze(2)).squeeze(2);
        }

        public void Fit(MoleculeBatch batch, float[] rewards)
        {
            Tensor advantages = tensor(Baselines.LeaveOneOut(rewards)).unsqueeze(1);
            Tensor old;
            Tensor reference;
            using (no_grad())
            {
                old = CharacterLogProbs(generator, batch.Codes);
                reference = CharacterLogProbs(prior, batch.Codes);
            }

            for (int pass = 0; pass < 5; pass++)
            {
                using var scope = NewDisposeScope();
                Tensor now = CharacterLogProbs(generator, batch.Codes);
                Tensor ratio = ((now - old) * batch.Mask).exp();
                Tensor surrogate = minimum(ratio * advantages, ratio.clamp(0.8, 1.25) * advantages) * batch.Mask;
                Tensor difference = ((reference - now) * batch.Mask).clamp(-10, 10);
                Tensor divergence = (difference.exp() - difference - 1) * batch.Mask;
                Tensor perMolecule = surrogate.sum(1) * batch.InverseLength;
                Tensor loss = -perMolecule.mean() + 0.02 * divergence.sum() / batch.Mask.sum();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
