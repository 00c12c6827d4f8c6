using AdditionGrpo;

namespace GrpoAnalyzers.Samples.Tests;

public class TokenizerTests
{
    [Fact]
    public void Every_character_is_the_token_of_its_place_in_the_alphabet()
    {
        Assert.Equal([3, 7, 10, 4, 8, 11, 12, 5, 8, 13], Tokenizer.Encode("37+48=.58$"));
        Assert.Equal(13, Tokenizer.EndToken);
        Assert.Equal(14, Tokenizer.VocabularySize);
    }

    [Fact]
    public void Decoding_gives_back_what_was_encoded() => Assert.Equal("99+10=..901$", Tokenizer.Decode(Tokenizer.Encode("99+10=..901$")));

    [Fact]
    public void A_character_outside_the_alphabet_is_named()
    {
        var error = Assert.Throws<ArgumentException>(() => Tokenizer.Encode("3-1="));
        Assert.Contains("'-'", error.Message, StringComparison.Ordinal);
    }
}
