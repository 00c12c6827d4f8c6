// case: own.259
// expect: GRPO002, GRPO003
// shape: Categorical over [G,T], std_mean, Adamax, constant normaliser
using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ConnectFour
{
    public interface IBoard
    {
        bool Over { get; }
        float Outcome { get; }           // for the learner, -1, 0, +1
        float[] Planes();
        bool[] Legal();
        void Play(int column);
        void OpponentReply();
        IBoard Copy();
    }

    public class SelfPlayGroup
    {
        public Tensor Boards;    // [G, T, 126]
        public Tensor LegalMask; // [G, T, 7] bool
        public Tensor Moves;     // [G, T]
        public Tensor Played;    // [G, T] 1 where a move was made
        public Tensor Outcome;   // [G]
    }

    public class Trainer
    {
        private readonly Sequential _net = nn.Sequential(
            ("in", nn.Linear(126, 256)), ("act", nn.GELU()), ("mid", nn.Linear(256, 256)), ("act2", nn.GELU()), ("out", nn.Linear(256, 7)));
        private readonly optim.Optimizer _optimizer;
        private readonly int _groupSize, _maxMoves;

        public Trainer(int groupSize = 32, int maxMoves = 21)
        {
            _groupSize = groupSize;
            _maxMoves = maxMoves;
            _optimizer = optim.Adamax(_net.parameters(), 1e-3);
        }

        private Categorical Policy(Tensor boards, Tensor legal) =>
            distributions.Categorical(logits: _net.call(boards).masked_fill(legal.logical_not(), -1e9));

        public SelfPlayGroup PlayFrom(IBoard start)
        {
            using var _ = no_grad();
            var boards = new float[_groupSize, _maxMoves, 126];
            var legal = new bool[_groupSize, _maxMoves, 7];
            var moves = new long[_groupSize, _maxMoves];
            var played = new float[_groupSize, _maxMoves];
            var outcome = new float[_groupSize];
            for (int g = 0; g < _groupSize; g++)
            {
                var board = start.Copy();
                for (int t = 0; t < _maxMoves; t++)
                {
                    legal[g, t, 0] = true;
                    if (board.Over) continue;
                    var x = board.Planes();
                    var ok = board.Legal();
                    for (int k = 0; k < 126; k++) boards[g, t, k] = x[k];
                    for (int k = 0; k < 7; k++) legal[g, t, k] = ok[k];
                    var move = (int)Policy(tensor(x).unsqueeze(0), tensor(ok).unsqueeze(0)).sample().ToInt64();
                    moves[g, t] = move;
                    played[g, t] = 1;
                    board.Play(move);
                    if (!board.Over) board.OpponentReply();
                }
                outcome[g] = board.Outcome;
            }
            return new SelfPlayGroup { Boards = tensor(boards), LegalMask = tensor(legal), Moves = tensor(moves), Played = tensor(played), Outcome = tensor(outcome) };
        }

        public float Train(IBoard start, int epochs)
        {
            var game = PlayFrom(start);
            var (std, mean) = game.Outcome.std_mean();
            var advantage = {|GRPO002:(game.Outcome - mean) / (std + 1e-5f)|};
            advantage = advantage.unsqueeze(1);
            var before = Policy(game.Boards, game.LegalMask).log_prob(game.Moves).detach();

            for (int epoch = 0; epoch < epochs; epoch++)
            {
                var pi = Policy(game.Boards, game.LegalMask);
                var r = (pi.log_prob(game.Moves) - before).exp();
                var objective = torch.min(r * advantage, r.clamp(0.9, 1.1) * advantage) * game.Played;
                var entropy = pi.entropy() * game.Played;
                var loss = -(objective.sum() + 0.01 * entropy.sum()) / (_groupSize * _maxMoves);
                _optimizer.zero_grad();
                loss.backward();
                {|GRPO003:_optimizer.step()|};
            }
            return game.Outcome.mean().ToSingle();
        }
    }
}
