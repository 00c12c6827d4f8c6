namespace GrpoAnalyzers.Runtime;

/// <summary>A numerator whose gradients are known.</summary>
internal sealed class KnownGradientsNode : autograd.SingleTensorFunction<KnownGradientsNode>
{
    private const string Key = "gradients";

    public override string Name => nameof(KnownGradientsNode);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var saved = (SavedGradients)vars[^1];
        ctx.save_data(Key, saved);
        return saved.Value.clone();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return ((SavedGradients)ctx.get_data(Key)).Take(grad_output);
    }
}
