// case: own.263
// expect: GRPO001, GRPO002
// shape: float arrays, one backward per completion, one step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecipeBot
{
    class Recipe
    {
        public List<int> Tokens = new List<int>();
        public float Tasty, Cheap;
        public float Score { get { return 0.7f * Tasty + 0.3f * Cheap; } }
    }

    class Cook
    {
        Dictionary<string, List<Recipe>> byDish = new Dictionary<string, List<Recipe>>();
        nn.Module<Tensor, Tensor> model;
        AdamW optimizer;
        int vocabulary;

        public Cook(nn.Module<Tensor, Tensor> model, int vocabulary)
        {
            this.model = model;
            this.vocabulary = vocabulary;
            this.optimizer = new AdamW(model.parameters(), 1e-4);
        }

        public void Add(string dish, Recipe recipe)
        {
            if (!byDish.TryGetValue(dish, out var list)) byDish[dish] = list = new List<Recipe>();
            list.Add(recipe);
        }

        float[] Advantages(List<Recipe> recipes)
        {
            int n = recipes.Count;
            float mean = 0f, sq = 0f;
            foreach (var r in recipes) mean += r.Score;
            mean /= n;
            foreach (var r in recipes) sq += (r.Score - mean) * (r.Score - mean);
            float std = MathF.Sqrt(sq / n) + 1e-6f;

            float[] a = new float[n];
            for (int i = 0; i < n; i++)
                a[i] = {|GRPO002:(recipes[i].Score - mean) / std|};
            return a;
        }

        // one-hot instead of gather: the vocabulary is small
        Tensor LogLikelihoods(Recipe r)
        {
            var ids = torch.tensor(r.Tokens.ToArray(), ScalarType.Int64);
            var input = torch.cat(new[] { torch.zeros(1, ScalarType.Int64), ids[..^1] });
            var logits = model.call(input.unsqueeze(0))[0];
            var hot = nn.functional.one_hot(ids, vocabulary);
            return (nn.functional.log_softmax(logits, 1) * hot).sum(1);
        }

        public void Learn()
        {
            optimizer.zero_grad();
            float logged = 0;
            int dishes = byDish.Count;
            foreach (KeyValuePair<string, List<Recipe>> dish in byDish)
            {
                float[] adv = Advantages(dish.Value);
                for (int i = 0; i < dish.Value.Count; i++)
                {
                    Tensor ll = LogLikelihoods(dish.Value[i]);
                    Tensor loss = {|GRPO001:ll.sum() * adv[i] / dish.Value[i].Tokens.Count|} * -1f / (dishes * dish.Value.Count);
                    loss.backward();      // gradients accumulate over all recipes
                    logged += loss.item<float>();
                }
            }
            optimizer.step();
            byDish.Clear();
            Console.WriteLine("update on " + dishes + " dishes, loss " + logged.ToString("0.0000"));
        }
    }
}
