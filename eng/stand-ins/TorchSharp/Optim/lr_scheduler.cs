namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Changes the learning rate from step to step.</summary>
        public static partial class lr_scheduler
        {
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (initial, epoch) => initial * lr_lambda(epoch));

            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (initial, epoch) => initial * Math.Pow(gamma, epoch / step_size));

            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (initial, epoch) => initial * Math.Pow(gamma, epoch));

            public static LRScheduler ConstantLR(
                Optimizer optimizer, double factor = 0.3333333333333333, int total_iters = 5, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (initial, epoch) => epoch < total_iters ? initial * factor : initial);

            public static LRScheduler LinearLR(
                Optimizer optimizer, double start_factor = 0.3333333333333333, double end_factor = 1, int total_iters = 5, int last_epoch = -1,
                bool verbose = false) =>
                new Schedule(
                    optimizer, last_epoch,
                    (initial, epoch) => initial * (start_factor + ((end_factor - start_factor) * Math.Min(epoch, total_iters) / total_iters)));

            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch, (initial, epoch) => eta_min + ((initial - eta_min) * (1 + Math.Cos(Math.PI * epoch / T_max)) / 2));

            /// <summary>A schedule of learning rates.</summary>
            public abstract class LRScheduler
            {
                private readonly Optimizer? optimizer;
                private int epoch;

                protected LRScheduler()
                {
                }

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    this.optimizer = optimizer;
                    epoch = last_epoch;
                }

                public virtual void step() => Advance(epoch + 1);

                public virtual void step(int? epoch) => Advance(epoch ?? this.epoch + 1);

                public virtual void step(double current, int? epoch = null) => step(epoch);

                public IEnumerable<double> get_last_lr() => optimizer?.ParamGroups.Select(group => group.LearningRate).ToList() ?? [];

                internal abstract double Rate(double initial, int epoch);

                internal void Start() => Advance(epoch + 1);

                private void Advance(int to)
                {
                    epoch = to;
                    foreach (var group in optimizer?.ParamGroups ?? []) group.LearningRate = Rate(group.InitialLearningRate, epoch);
                }
            }

            private sealed class Schedule : LRScheduler
            {
                private readonly Func<double, int, double> rate;

                public Schedule(Optimizer optimizer, int lastEpoch, Func<double, int, double> rate)
                    : base(optimizer, lastEpoch)
                {
                    this.rate = rate;
                    Start();
                }

                internal override double Rate(double initial, int epoch) => rate(initial, epoch);
            }
        }
    }
}
