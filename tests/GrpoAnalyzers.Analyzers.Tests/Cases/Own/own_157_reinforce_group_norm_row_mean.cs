// case: own.157
// expect: GRPO001, GRPO002
// shape: REINFORCE with mean log-probability per completion, L2 norm after centring, one step
using System;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

public class StoryWriter
{
    private readonly nn.Module<Tensor, Tensor> writer;
    private readonly optim.Optimizer adam;
    private readonly Func<Tensor, Task<float[]>> judge;

    public StoryWriter(nn.Module<Tensor, Tensor> writer, Func<Tensor, Task<float[]>> judge)
    {
        this.writer = writer;
        this.judge = judge;
        adam = optim.RAdam(writer.parameters(), lr: 3e-6);
    }

    public async Task<float> TrainAsync(Tensor stories, Tensor mask, int perPrompt)
    {
        var scores = tensor(await judge(stories)).view(-1, perPrompt);
        var centred = scores - scores.mean(new long[] { -1 }, keepdim: true);
        var length = centred.pow(2).sum(-1, keepdim: true).sqrt();
        var advantage = {|GRPO002:centred / (length + 1e-5)|};

        var logits = writer.call(stories.slice(1, 0, -1, 1));
        var target = stories.slice(1, 1, stories.shape[1], 1);
        var lp = logits.log_softmax(-1).gather(-1, target.unsqueeze(-1)).squeeze(-1);
        var story = {|GRPO001:(lp * mask).sum(1) / mask.sum(1)|};
        var loss = -(story * advantage.flatten()).mean();

        adam.zero_grad();
        loss.backward();
        adam.step();
        return loss.item<float>();
    }
}
