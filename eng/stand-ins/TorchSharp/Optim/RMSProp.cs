namespace TorchSharp.Modules;

/// <summary>Steps divided by the root of a running mean of squares.</summary>
public class RMSProp : OptimizerHelper, torch.optim.IMomentum
{
    internal RMSProp(IEnumerable<ParamGroup> parameters, double lr, double alpha, double eps, double weight_decay, double momentum, bool centered, bool maximize)
    {
        foreach (var group in parameters)
        {
            var options = group.Options;
            options.LearningRate ??= lr;
            options.alpha ??= alpha;
            options.eps ??= eps;
            options.weight_decay ??= weight_decay;
            options.momentum ??= momentum;
            options.centered ??= centered;
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
        state.step++;
        var alpha = options.alpha!.Value;
        if (options.maximize!.Value) gradient = -gradient;
        if (options.weight_decay!.Value != 0) gradient = gradient.add(parameter, alpha: options.weight_decay.Value);
        state.square_avg.mul_(alpha).addcmul_(gradient, gradient, 1 - alpha);
        var second = state.square_avg;
        if (options.centered!.Value)
        {
            state.grad_avg.mul_(alpha).add_(gradient, alpha: 1 - alpha);
            second = second.addcmul(state.grad_avg, state.grad_avg, -1);
        }

        var denominator = second.sqrt().add_(options.eps!.Value);
        if (options.momentum!.Value > 0)
        {
            state.momentum_buffer.mul_(options.momentum.Value).addcdiv_(gradient, denominator);
            parameter.add_(state.momentum_buffer, alpha: -rate);
        }
        else
        {
            parameter.addcdiv_(gradient, denominator, -rate);
        }
    }

    /// <summary>The constants of a group.</summary>
    public class Options : OptimizerOptions
    {
        public double? alpha;
        public double? eps;
        public double? weight_decay;
        public double? momentum;
        public bool? centered;
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

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double eps = 1E-08, double alpha = 0.99, double weight_decay = 0, double momentum = 0, bool centered = false)
            : base(parameters, new Options { LearningRate = lr, alpha = alpha, eps = eps, weight_decay = weight_decay, momentum = momentum, centered = centered })
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
        public long step;
        public torch.Tensor square_avg = null!;
        public torch.Tensor momentum_buffer = null!;
        public torch.Tensor grad_avg = null!;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            square_avg = Buffer();
            momentum_buffer = Buffer();
            grad_avg = Buffer();
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            step = other.step;
            Replace(ref square_avg!, other.square_avg);
            Replace(ref momentum_buffer!, other.momentum_buffer);
            Replace(ref grad_avg!, other.grad_avg);
        }

        public void Dispose() => DisposeTensors();

        internal override void DisposeTensors()
        {
            square_avg.Dispose();
            momentum_buffer.Dispose();
            grad_avg.Dispose();
        }
    }
}
