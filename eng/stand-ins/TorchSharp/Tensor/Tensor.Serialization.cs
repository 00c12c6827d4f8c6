namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor Load(BinaryReader reader) => TensorExtensionMethods.Load(reader);

        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            return Load(reader);
        }

        public static Tensor Load(string location)
        {
            using var stream = File.OpenRead(location);
            return Load(stream);
        }

        /// <summary>Writes the values in row-major order.</summary>
        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using var packed = PackedOnHost();
            var remaining = packed.numel() * packed.element_size();
            var source = (byte*)Shim.shim_data(packed.Handle);
            for (; remaining > 0; remaining -= bufferSize, source += bufferSize) stream.Write(new ReadOnlySpan<byte>(source, (int)Math.Min(remaining, bufferSize)));
            GC.KeepAlive(packed);
        }

        /// <summary>Replaces the values by what the stream holds in row-major order.</summary>
        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            using var packed = PackedOnHost();
            var remaining = packed.numel() * packed.element_size();
            var target = (byte*)Shim.shim_data(packed.Handle);
            var shared = target == Shim.shim_data(Handle);
            for (; remaining > 0; remaining -= bufferSize, target += bufferSize) stream.ReadExactly(new Span<byte>(target, (int)Math.Min(remaining, bufferSize)));
            if (shared) return;
            using var mode = no_grad();
            _ = copy_(packed);
        }

        private Tensor PackedOnHost()
        {
            using var detached = detach();
            using var host = detached.cpu();
            return host.contiguous();
        }
    }
}
