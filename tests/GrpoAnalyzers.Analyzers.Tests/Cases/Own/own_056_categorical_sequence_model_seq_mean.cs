// case: own.056
// expect: GRPO001
// shape: molecule generator: Categorical.log_prob over padded strings, divided by string length held as a float tensor
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class MoleculeTrainer
{
    private readonly TorchSharp.Modules.LSTM rnn = nn.LSTM(64, 128, batchFirst: true);
    private readonly nn.Module<Tensor, Tensor> embed = nn.Embedding(40, 64);
    private readonly nn.Module<Tensor, Tensor> output = nn.Linear(128, 40);
    private readonly optim.Optimizer optimizer;

    public MoleculeTrainer()
    {
        optimizer = optim.Adam(rnn.parameters().Concat(embed.parameters()).Concat(output.parameters()), lr: 5e-4);
    }

    public void Update(string[] molecules, Func<string, float> score, Func<string[], Tensor> encode)
    {
        var padded = encode(molecules);
        var scores = tensor(molecules.Select(score).ToArray());
        var sizes = tensor(molecules.Select(s => (float)s.Length).ToArray());
        var valid = arange(padded.shape[1] - 1).unsqueeze(0).lt(sizes.unsqueeze(1)).to_type(ScalarType.Float32);
        var (hidden, _, _) = rnn.call(embed.call(padded.narrow(1, 0, padded.shape[1] - 1)));
        var dist = distributions.Categorical(logits: output.call(hidden));
        var lp = dist.log_prob(padded.narrow(1, 1, padded.shape[1] - 1)) * valid;
        var average = {|GRPO001:lp.sum(1) / sizes|};
        var loss = -((scores - scores.mean()) * average).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
