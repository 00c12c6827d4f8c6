// case: own.164
// expect: GRPO001, GRPO002, GRPO003
// shape: packed tokens with sequence ids, counts by bincount, group statistics by chunk over prompts
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class PackedTrainer
{
    private readonly nn.Module<Tensor, Tensor, Tensor> decoder;
    private readonly optim.Optimizer optimizer;
    private readonly PackedOptions options;

    public sealed class PackedOptions
    {
        public int PolicyEpochs { get; set; } = 2;
        public double Epsilon { get; set; } = 0.2;
        public double LearningRate { get; set; } = 1e-6;
    }

    public PackedTrainer(nn.Module<Tensor, Tensor, Tensor> decoder, PackedOptions options)
    {
        this.decoder = decoder;
        this.options = options;
        optimizer = optim.AdamW(decoder.parameters(), options.LearningRate);
    }

    private static Tensor Advantages(Tensor scores, long prompts)
    {
        var parts = scores.chunk(prompts);
        return cat(parts.Select(p => {|GRPO002:(p - p.mean()) / (p.std(unbiased: false) + 1e-4)|}).ToArray());
    }

    public void Update(Tensor tokens, Tensor positions, Tensor sequenceOf, Tensor oldLp, Tensor scores, long prompts)
    {
        var sequences = scores.shape[0];
        var adv = Advantages(scores, prompts).index_select(0, sequenceOf);
        var counts = sequenceOf.bincount(null, sequences).to(float32);
        for (var epoch = 1; epoch <= options.PolicyEpochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var lp = decoder.call(tokens, positions).log_softmax(-1).gather(1, tokens.unsqueeze(1)).squeeze(1);
            var ratio = torch.exp(lp - oldLp);
            var surrogate = torch.minimum(ratio * adv, torch.clamp(ratio, 1 - options.Epsilon, 1 + options.Epsilon) * adv);
            var sums = zeros(sequences).scatter_add(0, sequenceOf, surrogate);
            var perSequence = {|GRPO001:sums / counts|};
            var loss = -perSequence.mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
