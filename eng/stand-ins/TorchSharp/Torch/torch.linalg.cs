namespace TorchSharp;

public static partial class torch
{
    /// <summary>Linear algebra.</summary>
    public static partial class linalg
    {
        public static Tensor cholesky(Tensor input) => Op.Call("aten::linalg_cholesky", input);

        public static (Tensor L, Tensor info) cholesky_ex(Tensor input, bool check_errors = false)
            => Op.Call2("aten::linalg_cholesky_ex", input, Arg.Default, check_errors);

        public static Tensor cond(Tensor input) => Op.Call("aten::linalg_cond", input);

        public static Tensor cond(Tensor input, double p) => Op.Call("aten::linalg_cond", input, p);

        public static Tensor cond(Tensor input, int p) => Op.Call("aten::linalg_cond", input, p);

        public static Tensor cond(Tensor input, string p) => Op.Call("aten::linalg_cond.p_str", input, p);

        public static Tensor cross(Tensor input, Tensor other, long dim = -1) => Op.Call("aten::linalg_cross", input, other, dim);

        public static Tensor det(Tensor input) => Op.Call("aten::linalg_det", input);

        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1)
            => Op.Call("aten::linalg_diagonal", input, offset, dim1, dim2);

        public static (Tensor, Tensor) eig(Tensor input) => Op.Call2("aten::linalg_eig", input);

        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Op.Call2("aten::linalg_eigh", input, UPLO.ToString());

        public static Tensor eigvals(Tensor input) => Op.Call("aten::linalg_eigvals", input);

        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Op.Call("aten::linalg_eigvalsh", input, UPLO.ToString());

        public static Tensor householder_product(Tensor A, Tensor tau) => Op.Call("aten::linalg_householder_product", A, tau);

        public static Tensor inv(Tensor input) => Op.Call("aten::linalg_inv", input);

        public static (Tensor L, Tensor info) inv_ex(Tensor input, bool check_errors = false)
            => Op.Call2("aten::linalg_inv_ex", input, check_errors);

        public static (Tensor P, Tensor L, Tensor U) lu(Tensor input, bool pivot = true) => Op.Call3("aten::linalg_lu", input, pivot);

        public static (Tensor LU, Tensor? Pivots) lu_factor(Tensor input, bool pivot = true)
            => Op.Call2("aten::linalg_lu_factor", input, pivot);

        public static Tensor matrix_exp(Tensor input) => Op.Call("aten::linalg_matrix_exp", input);

        public static Tensor matrix_norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false)
            => Op.Call("aten::linalg_matrix_norm", input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false)
            => Op.Call("aten::linalg_matrix_norm.str_ord", input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor matrix_rank(Tensor input, Tensor atol, Tensor? rtol = null, bool hermitian = false)
            => Op.Call("aten::linalg_matrix_rank.atol_rtol_tensor", input, atol, rtol, hermitian);

        public static Tensor matrix_rank(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false)
            => Op.Call("aten::linalg_matrix_rank.atol_rtol_float", input, atol, rtol, hermitian);

        public static Tensor multi_dot(IList<Tensor> tensors) => Op.Call("aten::linalg_multi_dot", Arg.List(tensors));

        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false)
            => Op.Call("aten::linalg_norm", input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false)
            => Op.Call("aten::linalg_norm", input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false)
            => Op.Call("aten::linalg_norm", input, Arg.None, dims, keepdim);

        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false)
            => Op.Call("aten::linalg_norm.ord_str", input, ord, dims, keepdim);

        public static Tensor pinv(Tensor input, Tensor atol, Tensor? rtol = null, bool hermitian = false)
            => Op.Call("aten::linalg_pinv.atol_rtol_tensor", input, atol, rtol, hermitian);

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false)
            => Op.Call("aten::linalg_pinv.atol_rtol_float", input, atol, rtol, hermitian);

        public static (Tensor, Tensor) slogdet(Tensor input) => Op.Call2("aten::linalg_slogdet", input);

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Op.Call("aten::linalg_solve", A, B, left);

        public static Tensor solve_triangular(Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null)
            => @out is null
            ? Op.Call("aten::linalg_solve_triangular", A, B, upper, left, unitriangular)
            : Op.Call("aten::linalg_solve_triangular.out", A, B, upper, left, unitriangular, @out);

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true)
            => Op.Call3("aten::linalg_svd", input, fullMatrices);

        public static Tensor svdvals(Tensor input) => Op.Call("aten::linalg_svdvals", input);

        public static Tensor tensorinv(Tensor input, long ind) => Op.Call("aten::linalg_tensorinv", input, ind);

        public static Tensor tensorsolve(Tensor A, Tensor B, long[] dims) => Op.Call("aten::linalg_tensorsolve", A, B, dims);

        public static Tensor vander(Tensor input, long? N = null) => Op.Call("aten::linalg_vander", input, N);

        public static Tensor vecdot(Tensor x, Tensor y, long dim = -1, Tensor? @out = null)
            => @out is null ? Op.Call("aten::linalg_vecdot", x, y, dim) : Op.Call("aten::linalg_vecdot.out", x, y, dim, @out);

        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false)
            => Op.Call("aten::linalg_vector_norm", input, ord, dims, keepdim);
    }
}
