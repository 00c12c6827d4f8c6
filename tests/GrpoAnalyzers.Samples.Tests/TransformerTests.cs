using AdditionGrpo;
using TorchSharp;

namespace GrpoAnalyzers.Samples.Tests;

[Collection(nameof(TensorCount))]
public class TransformerTests
{
    [Fact]
    public void Logits_never_depend_on_later_tokens()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var policy = new Transformer();
        var tokens = torch.tensor(Tokenizer.Encode("37+48=58$$")).view(1, 10);
        var changed = torch.tensor(Tokenizer.Encode("37+48=99..")).view(1, 10);

        var before = policy.call(tokens);
        var after = policy.call(changed);

        Assert.Equal([1, 10, Tokenizer.VocabularySize], before.shape);
        Assert.Equal(Row(before, 5), Row(after, 5)); // the last position that both share
        Assert.NotEqual(Row(before, 6), Row(after, 6));
    }

    [Fact]
    public void Logits_depend_on_the_order_of_earlier_tokens()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var policy = new Transformer();

        var logits = policy.call(torch.tensor(Tokenizer.Encode("37+48=73+48=")).view(2, 6)).select(1, 5);

        Assert.NotEqual(logits.select(0, 0).data<float>().ToArray(), logits.select(0, 1).data<float>().ToArray());
    }

    private static float[] Row(torch.Tensor logits, long position) => logits.select(1, position).contiguous().data<float>().ToArray();
}
