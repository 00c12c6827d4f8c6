// case: own.321
// expect: GRPO001, GRPO003
// shape: card game with Categorical over legal moves, padded episodes, each episode averaged over its own number of moves, reward centred over the table
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace CardTable
{
    public class Hand
    {
        public Tensor States;   // [M, F]
        public Tensor Legal;    // [M, A] bool
        public Tensor Moves;    // [M]
        public Tensor OldLogp;  // [M]
        public float Score;
    }

    /// <summary>Twenty-one with a small deck; a hand ends when the player stands or goes bust.</summary>
    public sealed class TwentyOne
    {
        private readonly Random rng;
        public const int Features = 4, Actions = 3;   // hit, stand, double

        public TwentyOne(int seed) => rng = new Random(seed);

        private int Card() => Math.Min(10, rng.Next(1, 14));

        public Hand Play(Func<Tensor, Tensor, long> choose)
        {
            var states = new List<Tensor>();
            var legal = new List<Tensor>();
            var moves = new List<long>();
            int sum = Card() + Card(), dealer = Card();
            float stake = 1;
            bool standing = false;
            while (!standing && sum < 21)
            {
                var s = tensor(new[] { sum / 21f, dealer / 10f, stake, moves.Count / 5f });
                var l = tensor(new[] { true, true, moves.Count == 0 });
                long a = choose(s, l);
                states.Add(s);
                legal.Add(l);
                moves.Add(a);
                if (a == 2) stake = 2;
                if (a != 1) sum += Card();
                standing = a != 0;
            }
            while (dealer < 17) dealer += Card();
            float result = sum > 21 ? -stake : dealer > 21 || sum > dealer ? stake : sum == dealer ? 0 : -stake;
            return new Hand { States = stack(states), Legal = stack(legal), Moves = tensor(moves.ToArray()), Score = result };
        }
    }

    public class TableTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly TorchSharp.Modules.Adam optimizer;
        private readonly Func<nn.Module<Tensor, Tensor>, int, List<Hand>> deal;

        public TableTrainer(Func<nn.Module<Tensor, Tensor>, int, List<Hand>> deal, int features, int actions)
        {
            this.deal = deal;
            policy = nn.Sequential(nn.Linear(features, 128), nn.ReLU(), nn.Linear(128, actions));
            optimizer = optim.Adam(policy.parameters(), lr: 1e-4);
        }

        public static List<Hand> DealTwentyOne(nn.Module<Tensor, Tensor> policy, int players)
        {
            using var ng = no_grad();
            var hands = new List<Hand>();
            for (int i = 0; i < players; i++)
            {
                var game = new TwentyOne(Random.Shared.Next());
                hands.Add(game.Play((state, legal) =>
                {
                    var logits = policy.forward(state).masked_fill(legal.logical_not(), -1e9);
                    return distributions.Categorical(logits: logits).sample().ToInt64();
                }));
            }
            return hands;
        }

        private Tensor Logp(Hand h)
        {
            var logits = policy.forward(h.States).masked_fill(h.Legal.logical_not(), -1e9);
            return distributions.Categorical(logits: logits).log_prob(h.Moves);
        }

        public void Season(int tables)
        {
            for (int table = 0; table < tables; table++)
            {
                var hands = deal(policy, 8);
                float average = hands.Average(h => h.Score);
                using (no_grad())
                    foreach (var h in hands) h.OldLogp = Logp(h);

                for (int replay = 0; replay < 6; replay++)
                {
                    using var scope = NewDisposeScope();
                    var total = tensor(0f);
                    foreach (var h in hands)
                    {
                        var gain = h.Score - average;
                        var ratio = (Logp(h) - h.OldLogp).exp();
                        var clipped = ratio.clamp(0.85, 1.15);
                        var obj = minimum(ratio * gain, clipped * gain);
                        total = total - {|GRPO001:obj.sum() / h.Moves.shape[0]|};
                    }
                    var loss = total / hands.Count;
                    optimizer.zero_grad();
                    loss.backward();
                    {|GRPO003:optimizer.step()|};
                }
                if (table % 25 == 0)
                    Console.WriteLine($"table {table}: average score {average:F2}");
            }
        }
    }
}
