namespace TorchSharp.Modules;

/// <summary>Steps divided by the root of the sum of squares of all gradients.</summary>
public class Adagrad : OptimizerHelper
{
    internal Adagrad(IEnumerable<ParamGroup> parameters, double lr, double lr_decay, double weight_decay, double initial_accumulator_value, double eps)
    {
        foreach (var group in parameters)
        {
            var options = group.Options;
            options.LearningRate ??= lr;
            options.lr_decay ??= lr_decay;
            options.weight_decay ??= weight_decay;
            options.initial_accumulator_value ??= initial_accumulator_value;
            options.eps ??= eps;
            add_param_group(group);
        }
    }

    public override torch.Tensor step(Func<torch.Tensor>? closure = null) => Step(closure, Update)!;

    private protected override OptimizerState MakeState(Parameter parameter) => new State(parameter);

    private void Update(Modules.ParamGroup group, Parameter parameter, torch.Tensor gradient)
    {
        var options = (Options)group.Options;
        var state = (State)StateOf(parameter);
        var rate = group.LearningRate;
        state.step++;
        if (options.weight_decay!.Value != 0) gradient = gradient.add(parameter, alpha: options.weight_decay.Value);
        var decayed = rate / (1 + ((state.step - 1) * options.lr_decay!.Value));
        state.sum.addcmul_(gradient, gradient, 1);
        parameter.addcdiv_(gradient, state.sum.sqrt().add_(options.eps!.Value), -decayed);
    }

    /// <summary>The constants of a group.</summary>
    public class Options : OptimizerOptions
    {
        public double? lr_decay;
        public double? weight_decay;
        public double? initial_accumulator_value;
        public double? eps;

        public Options()
        {
        }
    }

    /// <summary>Parameters with constants of their own.</summary>
    public class ParamGroup : ParamGroup<Options>
    {
        public ParamGroup()
            : this([], new Options())
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.01, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1E-10)
            : base(parameters, new Options { LearningRate = lr, lr_decay = lr_decay, weight_decay = weight_decay, initial_accumulator_value = initial_accumulator_value, eps = eps })
        {
        }
    }

    /// <summary>What is remembered of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public torch.Tensor sum = null!;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            sum = torch.full_like(_parameter, ((Options)options).initial_accumulator_value ?? 0).DetachFromDisposeScope();
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            step = other.step;
            Replace(ref sum!, other.sum);
        }

        public void Dispose() => DisposeTensors();

        internal override void DisposeTensors()
        {
            sum.Dispose();
        }
    }
}
