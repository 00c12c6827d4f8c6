using System.Globalization;
using System.Text;
using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Analyzers.Tests.Graph;

/// <summary>
/// Writes values of a graph as text. Equal text means equal graphs: values are numbered in the order in which they are met, and names do not appear.
/// </summary>
internal sealed class GraphText
{
    private readonly StringBuilder text = new();
    private readonly Dictionary<int, int> values = [];
    private readonly Dictionary<object, int> symbols = [];
    private readonly bool withConstants;

    /// <param name="withConstants">Whether numbers count, or only that there are some.</param>
    public GraphText(bool withConstants) => this.withConstants = withConstants;

    public GraphText Add(Node node)
    {
        // A value that was met is named; written out again it could fill the memory. Loops end here too.
        if (values.TryGetValue(node.Number, out var known))
        {
            text.Append(CultureInfo.InvariantCulture, $"#{known}");
            return this;
        }

        values.Add(node.Number, values.Count);
        text.Append(node.Op).Append(DataOf(node));
        if (node.Inputs.Length > 0)
        {
            text.Append('(');
            foreach (var input in node.Inputs)
                Add(input).Append(",");
            text.Append(')');
        }

        // The conditions that choose between values are part of what is computed.
        foreach (var gate in node.Gates)
            Append("?").Add(gate);
        return this;
    }

    public GraphText Append(string value)
    {
        text.Append(value);
        return this;
    }

    public override string ToString() => text.ToString();

    private string DataOf(Node node) => node.Data switch
    {
        null => "",
        IParameterSymbol parameter when withConstants => $"[{parameter.Ordinal}]",
        Axes axes => $"[{axes}{(axes.Keep ? " keep" : "")}{(axes.Unbiased ? "" : " biased")} {axes.Order}{(axes.Known ? "" : " unknown")}]",
        GrpoAnalyzers.Graph.Comparison or string or bool => $"[{node.Data}]",
        double number when withConstants || number is 0 or 1 or -1 => string.Create(CultureInfo.InvariantCulture, $"[{number}]"),
        double or int or long or float => "[n]",
        _ => $"[{NumberOf(node.Data)}]",
    };

    private string NumberOf(object data)
    {
        if (!symbols.TryGetValue(data, out var number))
            symbols.Add(data, number = symbols.Count);
        return "s" + number.ToString(CultureInfo.InvariantCulture);
    }
}
