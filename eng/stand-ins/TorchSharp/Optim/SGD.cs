namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum or not.</summary>
public class SGD : OptimizerHelper, torch.optim.IMomentum
{
    public SGD(
        IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false,
        bool maximize = false)
        : this([new ParamGroup(parameters, lr, momentum, dampening, weight_decay, nesterov, maximize)], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    public SGD(
        IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false,
        bool maximize = false)
    {
        foreach (var group in parameters)
        {
            var options = group.Options;
            options.LearningRate ??= lr;
            options.momentum ??= momentum;
            options.dampening ??= dampening;
            options.weight_decay ??= weight_decay;
            options.nesterov ??= nesterov;
            options.maximize ??= maximize;
            add_param_group(group);
        }
    }

    public double Momentum
    {
        get => ((ParamGroup)_parameter_groups[0]).Momentum;
        set
        {
            foreach (var group in _parameter_groups) ((ParamGroup)group).Momentum = value;
        }
    }

    public override torch.Tensor step(Func<torch.Tensor>? closure = null) => Step(closure, Update)!;

    private protected override OptimizerState MakeState(Parameter parameter) => new State(parameter);

    private void Update(Modules.ParamGroup group, Parameter parameter, torch.Tensor gradient)
    {
        var options = (Options)group.Options;
        var state = (State)StateOf(parameter);
        var rate = group.LearningRate;
        if (options.maximize!.Value) gradient = -gradient;
        if (options.weight_decay!.Value != 0) gradient = gradient.add(parameter, alpha: options.weight_decay.Value);
        if (options.momentum!.Value != 0)
        {
            if (state.momentum_buffer is null) state.momentum_buffer = gradient.clone().DetachFromDisposeScope();
            else state.momentum_buffer.mul_(options.momentum.Value).add_(gradient, alpha: 1 - options.dampening!.Value);
            gradient = options.nesterov!.Value ? gradient.add(state.momentum_buffer, alpha: options.momentum.Value) : state.momentum_buffer;
        }

        parameter.add_(gradient, alpha: -rate);
    }

    /// <summary>The constants of a group.</summary>
    public class Options : OptimizerOptions
    {
        public double? momentum;
        public double? dampening;
        public double? weight_decay;
        public bool? nesterov;
        public bool? maximize;

        public Options()
        {
        }
    }

    /// <summary>Parameters with constants of their own.</summary>
    public class ParamGroup : ParamGroup<Options>, torch.optim.IMomentum
    {
        public ParamGroup()
            : this([], new Options())
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize })
        {
        }

        public double Momentum
        {
            get => Options.momentum ?? 0;
            set => Options.momentum = value;
        }
    }

    /// <summary>What is remembered of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public torch.Tensor? momentum_buffer;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        public override void Initialize(OptimizerOptions options)
        {
            momentum_buffer = null;
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            Replace(ref momentum_buffer!, other.momentum_buffer);
        }

        public void Dispose() => DisposeTensors();

        internal override void DisposeTensors()
        {
            momentum_buffer?.Dispose();
        }
    }
}
