using System.Globalization;
using System.Text;

namespace TorchSharp;

/// <summary>Writes tensors as text; long dimensions are shortened in the middle.</summary>
internal sealed class TensorText
{
    private readonly torch.Tensor values;
    private readonly torch.ScalarType type;
    private readonly long[] shape;
    private readonly string format;
    private readonly string newLine;
    private readonly CultureInfo culture;
    private readonly int width;

    private TensorText(torch.Tensor values, string? format, int? width, string? newLine, CultureInfo? culture)
    {
        this.values = values;
        type = values.dtype;
        shape = values.shape;
        this.format = format ?? torch.FloatFormat;
        this.newLine = newLine ?? torch.NewLine;
        this.culture = culture ?? CultureInfo.InvariantCulture;
        this.width = width ?? torch.LineWidth;
    }

    internal static string Metadata(torch.Tensor tensor)
    {
        var text = $"[{string.Join('x', tensor.shape)}], type = {tensor.dtype}, device = {tensor.device}";
        return tensor.dim() == 0 && !tensor.is_meta ? $"{text}, value = {Format(tensor.ToScalar(), "g5", CultureInfo.InvariantCulture)}" : text;
    }

    internal static string Write(torch.Tensor tensor, TensorStringStyle style, string? format, int? width, string? newLine, CultureInfo? culture)
    {
        if (style == TensorStringStyle.Default) style = torch.TensorStringStyle;
        if (style == TensorStringStyle.Metadata || tensor.is_meta) return Metadata(tensor);
        using var scope = torch.NewDisposeScope();
        using var recording = torch.no_grad();
        var text = new TensorText(tensor.detach().cpu(), format, width, newLine, culture);
        return style switch
        {
            TensorStringStyle.Julia => text.Julia(Metadata(tensor)),
            TensorStringStyle.CSharp => text.Nested(Metadata(tensor) + ", value =" + (text.shape.Length > 1 ? text.newLine : " "), '{', '}', ", "),
            _ => text.Nested("", '[', ']', text.shape.Length > 0 ? " " : ""),
        };
    }

    private static string Format(Scalar value, string format, CultureInfo culture)
    {
        if (value.Type == torch.ScalarType.Bool) return value.ToBoolean() ? "true" : "false";
        if (value.IsComplex) return value.Complex.ToString(format, culture);
        return value.IsFloatingPoint ? value.Double.ToString(format, culture) : value.Long.ToString(culture);
    }

    private static IEnumerable<long> Shown(long size, long most)
    {
        if (size <= most)
        {
            for (var i = 0L; i < size; i++) yield return i;
            yield break;
        }

        for (var i = 0L; i < most / 2; i++) yield return i;
        yield return -1;
        for (var i = size - (most / 2); i < size; i++) yield return i;
    }

    private string Julia(string metadata)
    {
        if (shape.Length == 0) return metadata;
        var text = new StringBuilder(metadata).Append(newLine);
        if (shape.Length <= 2)
        {
            Matrix(text, values.dim() == 1 ? values.unsqueeze(0) : values);
            return text.ToString();
        }

        Slices(text, values, []);
        return text.ToString();
    }

    private void Slices(StringBuilder text, torch.Tensor part, long[] position)
    {
        if (part.dim() == 2)
        {
            _ = text.Append('[').AppendJoin(',', position).Append(",..,..] =").Append(newLine);
            Matrix(text, part);
            return;
        }

        for (var i = 0L; i < part.size(0); i++) Slices(text, part.select(0, i), [.. position, i]);
    }

    private void Matrix(StringBuilder text, torch.Tensor matrix)
    {
        var rows = Shown(matrix.size(0), torch.MaxRows)
            .Select(r => r < 0 ? null : Shown(matrix.size(1), torch.MaxColumns).Select(c => c < 0 ? "..." : Item(matrix.select(0, r).select(0, c))).ToArray())
            .ToArray();
        var widest = rows.SelectMany(row => row ?? []).Select(cell => cell.Length).DefaultIfEmpty(0).Max();
        foreach (var row in rows)
        {
            if (row is null)
            {
                _ = text.Append(" ...").Append(newLine);
                continue;
            }

            var used = 0;
            foreach (var cell in row)
            {
                if (used > 0 && used + widest + 1 > width)
                {
                    _ = text.Append(newLine).Append(' ');
                    used = 0;
                }

                _ = text.Append(' ').Append(cell.PadLeft(widest));
                used += widest + 1;
            }

            _ = text.Append(newLine);
        }
    }

    private string Nested(string head, char open, char close, string separator)
    {
        var text = new StringBuilder(head);
        Nest(text, values, open, close, separator, 0);
        return text.ToString();
    }

    private void Nest(StringBuilder text, torch.Tensor part, char open, char close, string separator, int depth)
    {
        if (part.dim() == 0)
        {
            _ = text.Append(Item(part));
            return;
        }

        _ = text.Append(open);
        var first = true;
        foreach (var i in Shown(part.size(0), part.dim() == 1 ? torch.MaxColumns : torch.MaxRows))
        {
            if (!first) _ = part.dim() == 1 ? text.Append(separator) : text.Append(separator.TrimEnd()).Append(newLine).Append(' ', depth + 1);
            first = false;
            if (i < 0) _ = text.Append("...");
            else Nest(text, part.select(0, i), open, close, separator, depth + 1);
        }

        _ = text.Append(close);
    }

    private string Item(torch.Tensor element) => type == torch.ScalarType.Bool ? (element.item<bool>() ? "True" : "False") : Format(element.ToScalar(), format, culture);
}
