// case: own.305
// expect: GRPO002
// shape: a static method is handed one sample with its group's mean and deviation, and sets the sample's weight
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class ScoredAnswer
{
    public required string Question { get; init; }

    public required Tensor Ids { get; init; }

    public required Tensor SampledLogProbs { get; init; }

    public double Points { get; init; }

    public double Weight { get; set; }
}

public class AnswerTrainer
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly optim.Optimizer adam;

    public AnswerTrainer(nn.Module<Tensor, Tensor> network)
    {
        this.network = network;
        adam = optim.Adam(network.parameters(), 1e-6);
    }

    public void Learn(IReadOnlyList<ScoredAnswer> answers)
    {
        foreach (var question in answers.GroupBy(answer => answer.Question))
        {
            var centre = question.Average(answer => answer.Points);
            var width = Math.Sqrt(question.Average(answer => Math.Pow(answer.Points - centre, 2)));
            foreach (var answer in question)
            {
                Weigh(centre, width, answer);
            }
        }

        var losses = new List<Tensor>();
        foreach (var answer in answers)
        {
            var logProbs = network.call(answer.Ids).log_softmax(-1).gather(-1, answer.Ids.unsqueeze(-1)).squeeze(-1);
            losses.Add(((logProbs - answer.SampledLogProbs).exp() * -answer.Weight).sum());
        }

        var loss = torch.stack(losses).sum() / answers.Sum(answer => answer.Ids.numel());
        adam.zero_grad();
        loss.backward();
        adam.step();
    }

    private static void Weigh(double centre, double width, ScoredAnswer answer)
    {
        answer.Weight = width > 1e-6 ? {|GRPO002:(answer.Points - centre) / width|} : 0;
    }
}
