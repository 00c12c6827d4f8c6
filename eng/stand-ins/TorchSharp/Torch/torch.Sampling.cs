namespace TorchSharp;

public static partial class torch
{
    public static Tensor _standard_gamma(Tensor input, Generator? generator = null) => Op.Call("aten::_standard_gamma", input, generator);

    public static Tensor _sample_dirichlet(Tensor input, Generator? generator = null) => Op.Call("aten::_sample_dirichlet", input, generator);

    public static double rand_float(Generator? generator = null)
    {
        using var sample = rand(new long[] { 1 }, generator: generator);
        return sample.ToDouble();
    }

    public static double randn_float(Generator? generator = null)
    {
        using var sample = randn(new long[] { 1 }, generator: generator);
        return sample.ToDouble();
    }

    public static bool randint_bool(Generator? generator = null) => randint_long(2, generator) == 1;

    public static int randint_int(int high, Generator? generator = null) => (int)randint_long(high, generator);

    public static int randint_int(int low, int high, Generator? generator = null) => (int)randint_long(low, high, generator);

    public static long randint_long(long high, Generator? generator = null) => randint_long(0, high, generator);

    public static long randint_long(long low, long high, Generator? generator = null)
    {
        using var sample = randint(low, high, new long[] { 1 }, generator: generator);
        return sample.ToInt64();
    }
}
