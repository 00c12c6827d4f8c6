namespace TorchSharp.Modules;

/// <summary>Marks a module without parameters and buffers of its own.</summary>
public interface IParameterLessModule
{
}

/// <summary>A module without parameters: registering any is an error.</summary>
public abstract class ParameterLessModule<T1, TResult> : torch.nn.Module<T1, TResult>, IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) => throw Refused();

    public override void register_parameter(string name, Parameter param) => throw Refused();

    public override void register_module(string name, torch.nn.Module submodule) => throw Refused();

    private InvalidOperationException Refused() => new($"{GetName()} is a module without parameters: nothing can be registered in it.");
}
