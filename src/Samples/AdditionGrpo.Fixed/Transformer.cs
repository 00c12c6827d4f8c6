using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AdditionGrpo;

/// <summary>A small causal transformer: tokens [batch, length] to next-token logits [batch, length, vocabulary].</summary>
internal sealed class Transformer : Module<Tensor, Tensor>
{
    private const int Layers = 2;
    private const int Heads = 4;
    private const int Width = 64;

    private readonly Embedding tokenEmbedding;
    private readonly Embedding positionEmbedding;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public Transformer()
        : base(nameof(Transformer))
    {
        tokenEmbedding = Embedding(Tokenizer.VocabularySize, Width);
        positionEmbedding = Embedding(Problem.PromptLength + Problem.MaxCompletionLength, Width);
        blocks = new ModuleList<TransformerBlock>();
        for (var layer = 0; layer < Layers; layer++) blocks.Add(new TransformerBlock(Width, Heads));
        norm = LayerNorm(Width);
        head = Linear(Width, Tokenizer.VocabularySize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        var length = tokens.shape[1];
        var future = ones(length, length, dtype: ScalarType.Bool).triu(1);
        var hidden = tokenEmbedding.call(tokens) + positionEmbedding.call(arange(length, dtype: ScalarType.Int64));
        foreach (var block in blocks) hidden = block.call(hidden, future);
        return head.call(norm.call(hidden));
    }
}
