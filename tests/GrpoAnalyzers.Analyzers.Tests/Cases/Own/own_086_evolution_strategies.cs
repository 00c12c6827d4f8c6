// case: own.086
// expect: none
// shape: evolution strategies: fitness is standardised, but no surrogate is differentiated, gradients are assigned
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class EvolutionStrategies
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer adam;
    private readonly Func<nn.Module<Tensor, Tensor>, float> fitness;

    public EvolutionStrategies(nn.Module<Tensor, Tensor> policy, Func<nn.Module<Tensor, Tensor>, float> fitness)
    {
        this.policy = policy;
        this.fitness = fitness;
        adam = optim.Adam(policy.parameters(), lr: 1e-2);
    }

    public void Generation(int population, double sigma)
    {
        var parameters = policy.parameters().ToArray();
        var noises = new List<Tensor[]>();
        var scores = new float[population];
        using (no_grad())
        {
            for (var i = 0; i < population; i++)
            {
                var noise = parameters.Select(p => randn_like(p)).ToArray();
                for (var k = 0; k < parameters.Length; k++)
                {
                    parameters[k].add_(noise[k] * sigma);
                }

                scores[i] = fitness(policy);
                for (var k = 0; k < parameters.Length; k++)
                {
                    parameters[k].sub_(noise[k] * sigma);
                }

                noises.Add(noise);
            }

            var f = tensor(scores);
            var z = (f - f.mean()) / (f.std() + 1e-8);
            for (var k = 0; k < parameters.Length; k++)
            {
                var g = zeros_like(parameters[k]);
                for (var i = 0; i < population; i++)
                {
                    g = g - noises[i][k] * z[i];
                }

                parameters[k].grad = g / (population * sigma);
            }
        }

        adam.step();
    }
}
