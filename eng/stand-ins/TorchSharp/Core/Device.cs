using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A place where tensors live: a kind of device and an index, -1 for the current one.</summary>
    public class Device
    {
        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = deviceType == DeviceType.CPU ? -1 : index;
        }

        public Device(string deviceType, int index = -1)
            : this(ParseType(deviceType), index)
        {
        }

        public Device(string description)
        {
            var parts = description.Split(':');
            type = ParseType(parts[0]);
            index = -1;
            if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var _)))
            {
                throw new FormatException($"Invalid device string: '{description}'");
            }

            if (parts.Length == 2 && type != DeviceType.CPU) index = int.Parse(parts[1], CultureInfo.InvariantCulture);
        }

        public Device(int index)
            : this(DeviceType.CUDA, index)
        {
        }

        public DeviceType type { get; }

        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
            => type == DeviceType.CPU || index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        private static DeviceType ParseType(string name) => name.ToLowerInvariant() switch
        {
            "cpu" => DeviceType.CPU,
            "cuda" => DeviceType.CUDA,
            "mps" => DeviceType.MPS,
            "meta" => DeviceType.META,
            "hip" => DeviceType.HIP,
            "xla" => DeviceType.XLA,
            _ => throw new FormatException($"Invalid device string: '{name}'"),
        };
    }
}
