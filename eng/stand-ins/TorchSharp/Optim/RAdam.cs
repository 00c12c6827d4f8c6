namespace TorchSharp.Modules;

/// <summary>Adam with the variance of its rate rectified.</summary>
public class RAdam : OptimizerHelper, torch.optim.IBetas
{
    internal RAdam(IEnumerable<ParamGroup> parameters, double lr, double beta1, double beta2, double eps, double weight_decay)
    {
        foreach (var group in parameters)
        {
            var options = group.Options;
            options.LearningRate ??= lr;
            options.beta1 ??= beta1;
            options.beta2 ??= beta2;
            options.eps ??= eps;
            options.weight_decay ??= weight_decay;
            add_param_group(group);
        }
    }

    public (double, double) Betas
    {
        get => ((ParamGroup)_parameter_groups[0]).Betas;
        set
        {
            foreach (var group in _parameter_groups) ((ParamGroup)group).Betas = value;
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
        var (beta1, beta2) = (options.beta1!.Value, options.beta2!.Value);
        if (options.weight_decay!.Value != 0) gradient = gradient.add(parameter, alpha: options.weight_decay.Value);
        state.exp_avg.mul_(beta1).add_(gradient, alpha: 1 - beta1);
        state.exp_avg_sq.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        var correction2 = 1 - Math.Pow(beta2, state.step);
        var first = state.exp_avg / (1 - Math.Pow(beta1, state.step));
        var longest = (2 / (1 - beta2)) - 1;
        var length = longest - (2 * state.step * Math.Pow(beta2, state.step) / correction2);
        if (length > 5)
        {
            var rectification = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            var adaptive = Math.Sqrt(correction2) / state.exp_avg_sq.sqrt().add_(options.eps!.Value);
            parameter.add_(first * rate * adaptive * rectification, alpha: -1);
        }
        else
        {
            parameter.add_(first * rate, alpha: -1);
        }
    }

    /// <summary>The constants of a group.</summary>
    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? eps;
        public double? weight_decay;

        public Options()
        {
        }
    }

    /// <summary>Parameters with constants of their own.</summary>
    public class ParamGroup : ParamGroup<Options>, torch.optim.IBetas
    {
        public ParamGroup()
            : this([], new Options())
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay })
        {
        }

        public (double, double) Betas
        {
            get => (Options.beta1 ?? 0.9, Options.beta2 ?? 0.999);
            set => (Options.beta1, Options.beta2) = value;
        }
    }

    /// <summary>What is remembered of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public torch.Tensor exp_avg = null!;
        public torch.Tensor exp_avg_sq = null!;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            exp_avg = Buffer();
            exp_avg_sq = Buffer();
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            step = other.step;
            Replace(ref exp_avg!, other.exp_avg);
            Replace(ref exp_avg_sq!, other.exp_avg_sq);
        }

        public void Dispose() => DisposeTensors();

        internal override void DisposeTensors()
        {
            exp_avg.Dispose();
            exp_avg_sq.Dispose();
        }
    }
}
