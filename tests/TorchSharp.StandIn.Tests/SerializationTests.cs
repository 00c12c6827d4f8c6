using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

public sealed class SerializationTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    public void A_saved_tensor_comes_back(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var saved = arange(6).reshape(2, 3).to(type).transpose(0, 1);
        var file = Path.GetTempFileName();
        using var stream = new MemoryStream();

        saved.Save(file);
        saved.Save(stream);
        stream.Position = 0;
        var fromFile = Tensor.Load(file);
        var fromStream = Tensor.Load(stream);
        File.Delete(file);

        foreach (var loaded in new[] { fromFile, fromStream })
        {
            Assert.Equal(type, loaded.dtype);
            Assert.Equal([3, 2], loaded.shape);
            Assert.True(loaded.eq(saved).all().ToBoolean());
        }
    }
}
