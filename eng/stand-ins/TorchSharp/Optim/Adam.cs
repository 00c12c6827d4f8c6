namespace TorchSharp.Modules;

/// <summary>Adam with decay of the weights as part of the gradient.</summary>
public class Adam : OptimizerHelper, torch.optim.IBetas
{
    public Adam(
        IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    public Adam(
        IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (beta1 is < 0 or >= 1) throw new ArgumentException($"Invalid beta1 value: {beta1}");
        if (beta2 is < 0 or >= 1) throw new ArgumentException($"Invalid beta2 value: {beta2}");
        if (eps < 0) throw new ArgumentException($"Invalid epsilon value: {eps}");
        foreach (var group in parameters)
        {
            var options = group.Options;
            options.LearningRate ??= lr;
            options.beta1 ??= beta1;
            options.beta2 ??= beta2;
            options.eps ??= eps;
            options.weight_decay ??= weight_decay;
            options.amsgrad ??= amsgrad;
            options.maximize ??= maximize;
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
        var (beta1, beta2) = (options.beta1!.Value, options.beta2!.Value);
        var (rate, weightDecay) = (group.LearningRate, options.weight_decay!.Value);
        state.step++;
        if (options.maximize!.Value) gradient = -gradient;
        if (weightDecay != 0) gradient = gradient.add(parameter, alpha: weightDecay);
        state.exp_avg.mul_(beta1).add_(gradient, alpha: 1 - beta1);
        state.exp_avg_sq.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        var correction1 = 1 - Math.Pow(beta1, state.step);
        var correction2 = 1 - Math.Pow(beta2, state.step);
        var second = state.exp_avg_sq;
        if (options.amsgrad!.Value)
        {
            using var larger = torch.maximum(state.max_exp_avg_sq!, state.exp_avg_sq);
            state.max_exp_avg_sq!.copy_(larger);
            second = state.max_exp_avg_sq;
        }

        var denominator = (second.sqrt() / Math.Sqrt(correction2)).add_(options.eps!.Value);
        parameter.addcdiv_(state.exp_avg, denominator, -rate / correction1);
    }

    /// <summary>The constants of a group.</summary>
    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? eps;
        public double? weight_decay;
        public bool? amsgrad;
        public bool? maximize;

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

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
        {
        }

        public (double, double) Betas
        {
            get => (Options.beta1 ?? 0.9, Options.beta2 ?? 0.999);
            set => (Options.beta1, Options.beta2) = value;
        }
    }

    /// <summary>The moments of one parameter's gradient.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public torch.Tensor exp_avg = null!;
        public torch.Tensor exp_avg_sq = null!;
        public torch.Tensor? max_exp_avg_sq;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            exp_avg = Buffer();
            exp_avg_sq = Buffer();
            if ((options as Options)?.amsgrad == true) max_exp_avg_sq = Buffer();
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            step = other.step;
            Replace(ref exp_avg!, other.exp_avg);
            Replace(ref exp_avg_sq!, other.exp_avg_sq);
            Replace(ref max_exp_avg_sq, other.max_exp_avg_sq);
        }

        public void Dispose() => DisposeTensors();

        internal override void DisposeTensors()
        {
            exp_avg.Dispose();
            exp_avg_sq.Dispose();
            max_exp_avg_sq?.Dispose();
        }
    }
}
