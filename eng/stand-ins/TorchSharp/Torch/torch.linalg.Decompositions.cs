namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        public enum QRMode
        {
            Reduced = 0,
            Complete = 1,
            R = 2,
        }

        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced)
            => Op.Call2("aten::linalg_qr", input, mode switch { QRMode.Reduced => "reduced", QRMode.Complete => "complete", _ => "r" });

        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other)
            => Op.Call4("aten::linalg_lstsq", input, other);

        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other, double rcond)
            => Op.Call4("aten::linalg_lstsq", input, other, rcond);

        public static (Tensor result, Tensor info) solve_ex(Tensor A, Tensor B, bool left = true, bool check_errors = false)
            => Op.Call2("aten::linalg_solve_ex", A, B, left, check_errors);

        public static Tensor lu_solve(Tensor LU, Tensor pivots, Tensor B, bool left = true, bool adjoint = false, Tensor? @out = null)
            => @out is null
                ? Op.Call("aten::linalg_lu_solve", LU, pivots, B, left, adjoint)
                : Op.Call("aten::linalg_lu_solve.out", LU, pivots, B, left, adjoint, @out);

        public static (Tensor LU, Tensor? Pivots) ldl_factor(Tensor input, bool hermitian = true) => Op.Call2("aten::linalg_ldl_factor", input, hermitian);

        public static (Tensor LU, Tensor? Pivots, Tensor? Info) ldl_factor_ex(Tensor input, bool hermitian = true, bool check_errors = false)
            => Op.Call3("aten::linalg_ldl_factor_ex", input, hermitian, check_errors);

        public static Tensor ldl_solve(Tensor LD, Tensor pivots, Tensor B, bool hermitian = false)
            => Op.Call("aten::linalg_ldl_solve", LD, pivots, B, hermitian);
    }
}
