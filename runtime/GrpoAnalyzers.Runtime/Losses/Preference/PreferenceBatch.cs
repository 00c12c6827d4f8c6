namespace GrpoAnalyzers.Runtime;

/// <summary><see cref="PreferenceInputs"/> after the checks, in float32 or better; reference log-probabilities and lengths are constants.</summary>
public sealed class PreferenceBatch
{
    private readonly PreferenceInputs inputs;

    private PreferenceBatch(PreferenceInputs inputs) => this.inputs = inputs;

    /// <summary>Log-probability of the preferred answer.</summary>
    public Tensor Chosen => Get(inputs.Chosen, nameof(PreferenceInputs.Chosen), constant: false);

    /// <summary>Log-probability of the rejected answer.</summary>
    public Tensor Rejected => Get(inputs.Rejected, nameof(PreferenceInputs.Rejected), constant: false);

    /// <summary>log pi - log ref of the preferred answer.</summary>
    public Tensor ChosenLogRatio => Chosen - Get(inputs.ReferenceChosen, nameof(PreferenceInputs.ReferenceChosen), constant: true);

    /// <summary>log pi - log ref of the rejected answer.</summary>
    public Tensor RejectedLogRatio => Rejected - Get(inputs.ReferenceRejected, nameof(PreferenceInputs.ReferenceRejected), constant: true);

    /// <summary>The first log-ratio less the second.</summary>
    public Tensor Margin => ChosenLogRatio - RejectedLogRatio;

    /// <summary>Tokens of the preferred answer.</summary>
    public Tensor ChosenLengths => Length(inputs.ChosenLengths, nameof(PreferenceInputs.ChosenLengths));

    /// <summary>Tokens of the rejected answer.</summary>
    public Tensor RejectedLengths => Length(inputs.RejectedLengths, nameof(PreferenceInputs.RejectedLengths));

    /// <summary>Summed KL along the preferred answer.</summary>
    public Tensor ChosenKl => Get(inputs.ChosenKl, nameof(PreferenceInputs.ChosenKl), constant: false);

    /// <summary>Summed KL along the rejected answer.</summary>
    public Tensor RejectedKl => Get(inputs.RejectedKl, nameof(PreferenceInputs.RejectedKl), constant: false);

    internal bool HasReference => inputs.ReferenceChosen is not null && inputs.ReferenceRejected is not null;

    internal bool ChecksValues => Require.Values(inputs.Validate, inputs.Chosen);

    /// <summary>Checks what is always needed.</summary>
    /// <param name="inputs">The pairs of the user.</param>
    public static PreferenceBatch From(PreferenceInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Require.Floating(inputs.Chosen, nameof(PreferenceInputs.Chosen));
        if (inputs.Chosen.dim() != 1 || inputs.Chosen.shape[0] == 0)
        {
            throw new ArgumentException(
                $"wanted summed log-probabilities, shape [P] with at least one pair, found {Require.Show(inputs.Chosen.shape)}.",
                nameof(PreferenceInputs.Chosen));
        }

        return new PreferenceBatch(inputs);
    }

    private Tensor Length(Tensor? lengths, string name)
    {
        Require.Usable(Present(lengths, name), name);
        var given = Require.IsFloating(lengths!.dtype) ? lengths : Require.Integral(lengths, name).to(Require.MathType(inputs.Chosen.dtype));
        var checkedLengths = Get(given, name, constant: true);
        return !ChecksValues || checkedLengths.gt(0).all().ToBoolean()
            ? checkedLengths
            : throw new ArgumentException("an answer has no tokens.", name);
    }

    private Tensor Get(Tensor? tensor, string name, bool constant)
    {
        Require.Floating(Present(tensor, name), name);
        Require.Shape(tensor!, name, inputs.Chosen.shape);
        Require.SameDevice(tensor!, name, inputs.Chosen);
        if (ChecksValues)
        {
            Require.Finite(tensor!, name);
        }

        return (constant ? tensor!.detach() : tensor!).to(Require.MathType(inputs.Chosen.dtype));
    }

    private static Tensor Present(Tensor? tensor, string name) => tensor ?? throw new ArgumentException("this loss needs it; none is given.", name);
}
