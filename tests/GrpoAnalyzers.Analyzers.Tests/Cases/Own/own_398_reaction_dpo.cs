// case: own.398
// expect: none
// shape: DPO on preferred and rejected reaction strings, length-averaged log-probs only as metrics, epochs
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Retrosynthesis
{
    public sealed class Pair
    {
        public string Preferred = "";
        public string Rejected = "";
    }

    public sealed class CharacterPadder
    {
        public (Tensor ids, Tensor mask) Pad(IReadOnlyList<string> strings)
        {
            int width = 2;
            foreach (string s in strings) width = Math.Max(width, s.Length);
            Tensor ids = zeros(strings.Count, width, dtype: ScalarType.Int64);
            float[,] mask = new float[strings.Count, width];
            for (int row = 0; row < strings.Count; row++)
            {
                for (int col = 0; col < strings[row].Length; col++)
                {
                    ids[row, col] = tensor((long)strings[row][col]);
                    mask[row, col] = 1f;
                }
            }
            return (ids, tensor(mask));
        }
    }

    public sealed class PreferenceTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly nn.Module<Tensor, Tensor> reference;
        private readonly TorchSharp.Modules.AdamW optimizer;
        private readonly CharacterPadder padder = new CharacterPadder();
        private const float Beta = 0.1f;

        public PreferenceTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference)
        {
            this.policy = policy;
            this.reference = reference;
            optimizer = optim.AdamW(policy.parameters(), 5e-7);
        }

        private static Tensor Tokens(nn.Module<Tensor, Tensor> network, Tensor ids, Tensor mask)
        {
            long n = ids.shape[1] - 1;
            Tensor logits = network.call(ids.narrow(1, 0, n));
            Tensor picked = logits.log_softmax(2).gather(2, ids.narrow(1, 1, n).unsqueeze(2)).squeeze(2);
            return picked * mask.narrow(1, 1, n);
        }

        public void Fit(IReadOnlyList<Pair> pairs, int epochs)
        {
            List<string> good = new List<string>();
            List<string> bad = new List<string>();
            foreach (Pair pair in pairs)
            {
                good.Add(pair.Preferred);
                bad.Add(pair.Rejected);
            }
            (Tensor goodIds, Tensor goodMask) = padder.Pad(good);
            (Tensor badIds, Tensor badMask) = padder.Pad(bad);
            Tensor goodReference, badReference;
            using (no_grad())
            {
                goodReference = Tokens(reference, goodIds, goodMask).sum(1);
                badReference = Tokens(reference, badIds, badMask).sum(1);
            }

            for (int epoch = 0; epoch < epochs; epoch++)
            {
                using var scope = NewDisposeScope();
                Tensor goodTokens = Tokens(policy, goodIds, goodMask);
                Tensor badTokens = Tokens(policy, badIds, badMask);
                Tensor goodRatio = goodTokens.sum(1) - goodReference;
                Tensor badRatio = badTokens.sum(1) - badReference;
                Tensor loss = -nn.functional.logsigmoid(Beta * (goodRatio - badRatio)).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();

                Tensor perCharacter = (goodTokens.detach().sum(1) / goodMask.sum(1)).mean();
                Tensor margin = (goodRatio - badRatio).detach();
                Tensor score = (margin - margin.mean()) / (margin.std() + 1e-6);
                Console.WriteLine($"{epoch}: {loss.ToSingle():F4} {perCharacter.ToSingle():F3} largest margin z {score.max().ToSingle():F2}");
            }
        }
    }
}
