using System.Globalization;
using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>Numbers as they are written in a row.</summary>
internal static class Numbers
{
    public static string Text(double? number)
    {
        if (number is not { } given)
        {
            return "unknown";
        }

        // float arguments such as 1e-4f are not the doubles that they look like: seven digits are all they hold.
        var value = double.Parse(given.ToString("G7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return value.ToString(value != 0 && Math.Abs(value) < 0.0005 ? "0.######e-0" : "0.######", CultureInfo.InvariantCulture);
    }

    /// <summary>A number of the code, through defaults of options; unknown where the code does not say it.</summary>
    public static string Text(Node node) => Text(ValueOf(node));

    public static double? ValueOf(Node node) => Constants.NumberOf(Shape.Unviewed(node));
}
