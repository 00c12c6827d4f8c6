// case: own.344
// expect: none
// shape: robot-arm policy, update undone by restoring a parameter copy when the largest ratio leaves a band; the loop then ends by a flag
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace ArmControl
{
    public sealed class WeightBackup
    {
        private readonly List<(TorchSharp.Modules.Parameter p, Tensor copy)> saved = new();

        public WeightBackup(nn.Module module)
        {
            foreach (var p in module.parameters())
                saved.Add((p, p.detach().clone()));
        }

        public void Restore()
        {
            using var ng = no_grad();
            foreach (var (p, copy) in saved)
                p.copy_(copy);
        }
    }

    public sealed class ArmPolicy : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> net;
        private readonly double sigma;

        public ArmPolicy(int sensors, int joints, double sigma = 0.2) : base("arm")
        {
            this.sigma = sigma;
            net = nn.Sequential(nn.Linear(sensors, 128), nn.ReLU(), nn.Linear(128, joints), nn.Tanh());
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => net.call(x);

        public Tensor LogDensity(Tensor sensors, Tensor command)
            => -((command - forward(sensors)) / sigma).square().sum(-1) / 2;
    }

    public sealed class CautiousArmTrainer
    {
        private readonly ArmPolicy policy;
        private readonly optim.Optimizer opt;
        private readonly double maxRatio;

        public CautiousArmTrainer(ArmPolicy policy, double maxRatio = 2.0)
        {
            this.policy = policy;
            this.maxRatio = maxRatio;
            opt = optim.Adam(policy.parameters(), 1e-4);
        }

        public int Train(Tensor sensors, Tensor commands, Tensor returns, int updates)
        {
            var adv = returns - returns.mean();
            var old = policy.LogDensity(sensors, commands).detach();
            bool stable = true;
            int kept = 0;
            for (int u = 0; u < updates && stable; u++)
            {
                using var scope = NewDisposeScope();
                var backup = new WeightBackup(policy);
                var ratio = (policy.LogDensity(sensors, commands) - old).exp();
                var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
                opt.zero_grad();
                loss.backward();
                opt.step();

                using (no_grad())
                {
                    var largest = (policy.LogDensity(sensors, commands) - old).exp().max().ToDouble();
                    if (largest > maxRatio)
                    {
                        backup.Restore();
                        stable = false;
                    }
                }
                if (stable) kept++;
            }
            return kept;
        }
    }
}
