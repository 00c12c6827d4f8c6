// case: own.393
// expect: GRPO002
// shape: top-level program, helper classes below, inverse deviation array, token mean, one update per theorem
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

var prover = new ProverNetwork(512, 128);
var adam = optim.AdamW(prover.parameters(), 3e-5);
var checker = new ProofChecker();

foreach (string statement in File.ReadLines(args[0]))
{
    List<Sketch> sketches = checker.Sample(prover, statement, 8);
    float[] weights = AdvantageMaker.Make(sketches);
    using var scope = NewDisposeScope();
    Tensor total = zeros(1);
    long tokenCount = 0;
    for (int k = 0; k < sketches.Count; k++)
    {
        Tensor logProbs = prover.LogProbs(sketches[k].Tokens);
        total = total + logProbs.sum() * weights[k];
        tokenCount += logProbs.numel();
    }
    Tensor loss = -total / tokenCount;
    adam.zero_grad();
    loss.backward();
    adam.step();
    Console.WriteLine($"{statement}: solved {sketches.Count(s => s.Verified)} of {sketches.Count}");
}

public class Sketch
{
    public long[] Tokens = Array.Empty<long>();
    public bool Verified;
    public int StepsAccepted;
}

public static class AdvantageMaker
{
    // The sketches all prove the same statement.
    public static float[] Make(List<Sketch> sketches)
    {
        float[] reward = new float[sketches.Count];
        for (int i = 0; i < reward.Length; i++)
        {
            reward[i] = sketches[i].Verified ? 1f : 0.05f * sketches[i].StepsAccepted;
        }
        float mean = reward.Average();
        float variance = reward.Select(r => (r - mean) * (r - mean)).Sum() / (reward.Length - 1);
        float inverse = 1f / (MathF.Sqrt(variance) + 1e-4f);
        float[] advantage = new float[reward.Length];
        for (int i = 0; i < reward.Length; i++)
        {
            advantage[i] = {|GRPO002:(reward[i] - mean) * inverse|};
        }
        return advantage;
    }
}

public class ProverNetwork : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Embedding embedding;
    private readonly TorchSharp.Modules.Linear output;

    public ProverNetwork(int vocabulary, int width) : base("prover")
    {
        embedding = nn.Embedding(vocabulary, width);
        output = nn.Linear(width, vocabulary);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => output.call(embedding.call(tokens).cumsum(0));

    public Tensor LogProbs(long[] tokens)
    {
        Tensor ids = tensor(tokens);
        Tensor logits = call(ids.narrow(0, 0, tokens.Length - 1));
        Tensor next = ids.narrow(0, 1, tokens.Length - 1).unsqueeze(1);
        return logits.log_softmax(1).gather(1, next).squeeze(1);
    }
}

public class ProofChecker
{
    public List<Sketch> Sample(ProverNetwork network, string statement, int count)
    {
        List<Sketch> result = new List<Sketch>();
        using (no_grad())
        {
            for (int n = 0; n < count; n++)
            {
                List<long> tokens = statement.Select(c => (long)(c % 512)).ToList();
                for (int t = 0; t < 40 && tokens[tokens.Count - 1] != 1; t++)
                {
                    Tensor logits = network.call(tensor(tokens.ToArray()));
                    Tensor last = logits[logits.shape[0] - 1];
                    tokens.Add(last.softmax(0).multinomial(1).ToInt64());
                }
                result.Add(new Sketch { Tokens = tokens.ToArray(), Verified = tokens.Contains(1), StepsAccepted = tokens.Count(x => x == 2) });
            }
        }
        return result;
    }
}
