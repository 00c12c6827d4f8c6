// case: own.357
// expect: none
// shape: value-network fitting for episodes (per-episode means, targets standardised), many epochs; the policy itself gets one summed REINFORCE step with the critic as baseline
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Drone
{
    public sealed class Flight
    {
        public Tensor States { get; init; }
        public Tensor Commands { get; init; }
        public Tensor Returns { get; init; }
    }

    public sealed class DronePolicy : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> net;
        public DronePolicy(int states, int commands) : base("drone")
        {
            net = nn.Sequential(nn.Linear(states, 64), nn.Tanh(), nn.Linear(64, commands));
            RegisterComponents();
        }
        public override Tensor forward(Tensor x) => net.call(x);
    }

    public sealed class DroneTrainer
    {
        private readonly DronePolicy policy;
        private readonly nn.Module<Tensor, Tensor> value;
        private readonly optim.Optimizer policyOpt, valueOpt;
        private Tensor shift = 0f, scale = 1f;

        public DroneTrainer(int states, int commands)
        {
            policy = new DronePolicy(states, commands);
            value = nn.Sequential(nn.Linear(states, 128), nn.ReLU(), nn.Linear(128, 1));
            policyOpt = optim.Adam(policy.parameters(), 1e-4);
            valueOpt = optim.Adam(value.parameters(), 1e-3);
        }

        private void FitValue(IReadOnlyList<Flight> flights, int epochs)
        {
            var all = cat(flights.Select(f => f.Returns).ToArray());
            shift = all.mean();
            scale = all.std() + 1e-6;
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                var losses = flights.Select(f =>
                {
                    var target = (f.Returns - shift) / scale;
                    var error = (value.forward(f.States).squeeze(-1) - target).square();
                    return error.sum() / f.Returns.shape[0];
                }).ToList();
                var loss = stack(losses).mean();
                valueOpt.zero_grad();
                loss.backward();
                valueOpt.step();
            }
        }

        private void ImprovePolicy(IReadOnlyList<Flight> flights)
        {
            var objective = zeros(1);
            foreach (var f in flights)
            {
                Tensor advantage;
                using (no_grad())
                    advantage = f.Returns - (value.forward(f.States).squeeze(-1) * scale + shift);
                var logp = policy.forward(f.States).log_softmax(-1).gather(1, f.Commands.unsqueeze(1)).squeeze(1);
                objective = objective + (advantage * logp).sum();
            }
            var loss = -objective.sum() / flights.Count;
            policyOpt.zero_grad();
            loss.backward();
            policyOpt.step();
        }

        public void Iterate(Func<DronePolicy, IReadOnlyList<Flight>> fly, int iterations)
        {
            for (int i = 0; i < iterations; i++)
            {
                var flights = fly(policy);
                FitValue(flights, 20);
                ImprovePolicy(flights);
                Console.WriteLine($"{i}: {flights.Average(f => f.Returns[0].ToSingle()):F2}");
            }
        }
    }
}
