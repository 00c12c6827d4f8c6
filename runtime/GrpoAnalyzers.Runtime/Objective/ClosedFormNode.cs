namespace GrpoAnalyzers.Runtime;

/// <summary>A sum over tokens and its derivative by each token's log-probability.</summary>
internal sealed record ValueWithSlope(Tensor Value, Tensor Slope);

/// <summary>A value whose slope is known, as one step of the graph.</summary>
internal sealed class ClosedFormNode : autograd.SingleTensorFunction<ClosedFormNode>
{
    private const string Type = "type";

    public override string Name => nameof(ClosedFormNode);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var known = (ValueWithSlope)vars[1];
        ctx.save_data(Type, ((Tensor)vars[0]).dtype);
        ctx.save_for_backward([known.Slope]);
        return known.Value.clone();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var slope = ctx.get_saved_variables()[0];
        return [(slope * grad_output).to((ScalarType)ctx.get_data(Type)).MoveToOuterDisposeScope(), null!];
    }
}
