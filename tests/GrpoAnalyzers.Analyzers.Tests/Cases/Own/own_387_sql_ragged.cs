// case: own.387
// expect: GRPO001, GRPO003
// shape: ragged queries, one list entry per completion, centred advantages, while loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public record GeneratedQuery(long[] Prompt, long[] Sql, bool Executes, bool RowsMatch)
{
    public float Reward => RowsMatch ? 1.0f : Executes ? 0.2f : 0.0f;
}

public class QueryModel : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Embedding embed;
    private readonly TorchSharp.Modules.Linear mix;
    private readonly TorchSharp.Modules.Linear head;

    public QueryModel(int vocab, int width) : base("query_model")
    {
        embed = nn.Embedding(vocab, width);
        mix = nn.Linear(width, width);
        head = nn.Linear(width, vocab);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        Tensor vectors = embed.call(ids);
        Tensor states = nn.functional.relu(mix.call(vectors.cumsum(1)));
        return head.call(states);
    }
}

public class QueryTrainer
{
    private readonly QueryModel model;
    private readonly TorchSharp.Modules.Adam adam;
    private const double Epsilon = 0.2;
    private const int Rounds = 3;

    public QueryTrainer(QueryModel model)
    {
        this.model = model;
        adam = optim.Adam(model.parameters(), 2e-5);
    }

    private Tensor TokenLogProbs(GeneratedQuery query)
    {
        long[] joined = query.Prompt.Concat(query.Sql).ToArray();
        Tensor ids = tensor(joined).unsqueeze(0);
        Tensor logits = model.call(ids).squeeze(0);
        Tensor relevant = logits.narrow(0, query.Prompt.Length - 1, query.Sql.Length);
        Tensor target = tensor(query.Sql).unsqueeze(1);
        return nn.functional.log_softmax(relevant, 1).gather(1, target).squeeze(1);
    }

    public void Update(List<GeneratedQuery> group)
    {
        float baseline = group.Average(q => q.Reward);
        float[] advantage = group.Select(q => q.Reward - baseline).ToArray();
        List<Tensor> stored = new List<Tensor>();
        using (no_grad())
        {
            foreach (GeneratedQuery query in group)
            {
                stored.Add(TokenLogProbs(query).detach());
            }
        }

        int round = 0;
        while (round < Rounds)
        {
            List<Tensor> losses = new List<Tensor>();
            for (int i = 0; i < group.Count; i++)
            {
                Tensor current = TokenLogProbs(group[i]);
                Tensor ratio = (current - stored[i]).exp();
                Tensor unclipped = ratio * advantage[i];
                Tensor clipped = ratio.clamp(1 - Epsilon, 1 + Epsilon) * advantage[i];
                Tensor tokens = min_(unclipped, clipped);
                // one value per generated query
                losses.Add(-{|GRPO001:(tokens.mean())|});
            }
            Tensor loss = stack(losses.ToArray()).mean();
            adam.zero_grad();
            loss.backward();
            {|GRPO003:adam.step()|};
            round++;
        }
    }

    private static Tensor min_(Tensor a, Tensor b)
    {
        return a.minimum(b);
    }
}
