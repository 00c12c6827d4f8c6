namespace TorchSharp;

// A tensor in a file: its element type, the number of dimensions and the sizes as variable-length integers, then its bytes in row-major order.
public static partial class TensorExtensionMethods
{
    private const int BufferSize = 1 << 20;

    public static void Save(this torch.Tensor tensor, string location)
    {
        using var stream = File.Create(location);
        tensor.Save(stream);
    }

    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        tensor.Save(writer);
    }

    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64((long)tensor.dtype);
        writer.Write7BitEncodedInt64(tensor.dim());
        foreach (var size in tensor.shape) writer.Write7BitEncodedInt64(size);
        writer.Flush();
        tensor.WriteBytesToStream(writer.BaseStream, BufferSize);
    }

    public static torch.Tensor Load(BinaryReader reader, bool skip = false)
    {
        torch.Tensor? tensor = null;
        Load(ref tensor, reader, skip);
        return tensor!;
    }

    /// <summary>Reads into a tensor of the stored type and shape.</summary>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        torch.Tensor? target = tensor;
        Load(ref target, reader, skip);
    }

    /// <summary>Reads into the tensor, or makes one where there is none; <paramref name="skip"/> passes over the stored one.</summary>
    public static void Load(ref torch.Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        var type = (torch.ScalarType)reader.Read7BitEncodedInt64();
        var shape = new long[reader.Read7BitEncodedInt64()];
        for (var i = 0; i < shape.Length; i++) shape[i] = reader.Read7BitEncodedInt64();

        if (tensor is not null && !skip && (tensor.dtype != type || !tensor.shape.AsSpan().SequenceEqual(shape)))
        {
            throw new ArgumentException($"the stored tensor is {type} [{string.Join('x', shape)}], not {tensor.dtype} [{string.Join('x', tensor.shape)}]");
        }

        var loaded = torch.empty(shape, type, torch.CPU);
        loaded.ReadBytesFromStream(reader.BaseStream, BufferSize);
        if (tensor is null)
        {
            tensor = loaded;
            return;
        }

        using (loaded)
        using (torch.no_grad())
        {
            if (!skip) _ = tensor.copy_(loaded);
        }
    }
}
