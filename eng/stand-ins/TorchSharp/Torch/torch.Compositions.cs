namespace TorchSharp;

public static partial class torch
{
    public static (Tensor res, Tensor logabsdet) slogdet(Tensor A) => Op.Call2("aten::slogdet", A);

    public static Tensor orgqr(Tensor input, Tensor tau) => Op.Call("aten::orgqr", input, tau);

    public static (Tensor P, Tensor? L, Tensor? U) lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data = true, bool unpack_pivots = true)
        => Op.Call3("aten::lu_unpack", LU_data, LU_pivots, unpack_data, unpack_pivots);

    public static (Tensor A_LU, Tensor? pivots, Tensor? infos) lu(Tensor A, bool pivot = true, bool get_infos = false)
    {
        var (factors, pivots, infos) = Op.Call3("aten::linalg_lu_factor_ex", A, pivot, !get_infos);
        if (get_infos) return (factors, pivots, infos);
        infos.Dispose();
        return (factors, pivots, null);
    }

    public static Tensor moveaxis(Tensor input, long source, long destination) => Op.Call("aten::moveaxis.int", input, source, destination);

    public static Tensor moveaxis(Tensor input, (long, long) source, (long, long) destination)
        => Op.Call("aten::moveaxis.intlist", input, source, destination);

    public static Tensor moveaxis(Tensor input, (long, long, long) source, (long, long, long) destination)
        => Op.Call("aten::moveaxis.intlist", input, source, destination);

    public static Tensor movedim(Tensor input, long source, long destination) => Op.Call("aten::movedim.int", input, source, destination);

    public static Tensor multiply_(Tensor left, Tensor right) => Op.InPlace("aten::multiply_.Tensor", left, right);

    public static Tensor multiply_(Tensor left, Scalar right) => Op.InPlace("aten::multiply_.Scalar", left, right);

    public static Tensor negative_(Tensor input) => Op.InPlace("aten::negative_", input);

    public static Tensor FloatTensor(Tensor t) => t.to_type(ScalarType.Float32);

    public static Tensor DoubleTensor(Tensor t) => t.to_type(ScalarType.Float64);

    public static Tensor IntTensor(Tensor t) => t.to_type(ScalarType.Int32);

    public static Tensor LongTensor(Tensor t) => t.to_type(ScalarType.Int64);

    public static Tensor ShortTensor(Tensor t) => t.to_type(ScalarType.Int16);

    public static Tensor ByteTensor(Tensor t) => t.to_type(ScalarType.Byte);

    public static Tensor BoolTensor(Tensor t) => t.to_type(ScalarType.Bool);
}
