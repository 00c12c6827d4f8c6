namespace TorchSharp;

public static partial class torch
{
    /// <summary>Probability distributions over tensors.</summary>
    public static partial class distributions
    {
        public static Modules.Categorical Categorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);

        public static Modules.Normal Normal(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);

        public static Modules.Bernoulli Bernoulli(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);

        /// <summary>A distribution that can be sampled and gives log-probabilities.</summary>
        public abstract class Distribution : IDisposable
        {
            protected Generator? generator;

            private protected Distribution(Generator? generator) => this.generator = generator;

            public abstract Tensor mean { get; }

            public abstract Tensor variance { get; }

            public virtual Tensor stddev => variance.sqrt();

            public abstract Tensor log_prob(Tensor value);

            public abstract Tensor entropy();

            public abstract Tensor rsample(params long[] sample_shape);

            public virtual Tensor sample(params long[] sample_shape)
            {
                using var _ = no_grad();
                return rsample(sample_shape);
            }

            /// <summary>Probabilities whose logarithms are finite.</summary>
            private protected static Tensor Clamped(Tensor probabilities)
            {
                var eps = finfo(probabilities.dtype).eps;
                return probabilities.clamp(eps, 1 - eps);
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
            }
        }
    }
}
