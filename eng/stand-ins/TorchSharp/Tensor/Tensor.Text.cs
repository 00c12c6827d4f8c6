using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public override string ToString() => IsInvalid ? "" : TensorText.Metadata(this);

        public string ToString(TensorStringStyle style, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
            => TensorText.Write(this, style, fltFormat, width, newLine, cultureInfo);

        public string ToString(bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
            => disamb ? ToString(TensorStringStyle.Default, fltFormat, width, cultureInfo, newLine) : ToString();

        /// <summary>The values as nested lists, a single value as itself.</summary>
        public object tolist()
        {
            if (dim() == 0) return ToScalar();
            var result = new List<object>();
            for (var i = 0L; i < size(0); i++)
            {
                using var part = select(0, i);
                result.Add(part.tolist());
            }

            return result;
        }
    }
}
