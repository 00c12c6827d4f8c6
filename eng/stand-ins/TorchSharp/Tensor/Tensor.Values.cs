namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The memory of a contiguous tensor on the CPU.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_cpu()) throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
                if (!is_contiguous()) throw new InvalidOperationException("The tensor is not contiguous; call contiguous() first.");
                var length = checked((int)(numel() * element_size()));
                var span = new Span<byte>(Shim.shim_read(Handle), length);
                GC.KeepAlive(this);
                return span;
            }
            set
            {
                var target = bytes;
                if (value.Length != target.Length) throw new ArgumentException("Mismatched data sizes in Tensor.set_bytes().");
                value.CopyTo(target);
            }
        }

        /// <summary>The memory of the tensor as values of its own element type.</summary>
        public Utils.TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            if (!is_cpu()) throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            Validate(typeof(T), dtype);
            return new Utils.TensorAccessor<T>(this);
        }

        /// <summary>The single value; <typeparamref name="T"/> is the element type.</summary>
        public T item<T>()
            where T : unmanaged
        {
            if (numel() != 1) throw new ArgumentException($"only one element tensors can be converted to Scalars, not one with {numel()} elements");
            Validate(typeof(T), dtype);
            if (is_cpu()) return Read<T>(0);
            using var host = Op.Call("aten::to.device", this, CPU, dtype, false, false);
            return host.Read<T>(0);
        }

        public Scalar ToScalar()
        {
            if (numel() != 1) throw new ArgumentException($"only one element tensors can be converted to Scalars, not one with {numel()} elements");
            var type = dtype;
            var value = Op.CallScalar("aten::_local_scalar_dense", this);
            return type switch
            {
                ScalarType.Float32 => (float)value.Double,
                ScalarType.Float16 => (Half)value.Double,
                ScalarType.BFloat16 => Scalar.BFloat16((float)value.Double),
                ScalarType.Byte => (byte)value.Long,
                ScalarType.Int8 => (sbyte)value.Long,
                ScalarType.Int16 => (short)value.Long,
                ScalarType.Int32 => (int)value.Long,
                ScalarType.ComplexFloat32 => ((float)value.Complex.Real, (float)value.Complex.Imaginary),
                _ => value,
            };
        }

        public T ReadCpuValue<T>(long i)
            where T : unmanaged
        {
            Validate(typeof(T), dtype);
            return ReadFlat<T>(i);
        }

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public sbyte ReadCpuSByte(long i) => ReadCpuValue<sbyte>(i);

        public short ReadCpuInt16(long i) => ReadCpuValue<short>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        public float ReadCpuFloat16(long i) => (float)ReadCpuValue<Half>(i);

        public float ReadCpuBFloat16(long i)
        {
            if (dtype != ScalarType.BFloat16) throw Mismatch(typeof(ushort), dtype);
            return BitConverter.Int32BitsToSingle(ReadFlat<ushort>(i) << 16);
        }

        /// <summary>The value at an offset counted in elements from the tensor's first.</summary>
        internal unsafe T Read<T>(long offset)
            where T : unmanaged
        {
            var value = ((T*)Shim.shim_read(Handle))[offset];
            GC.KeepAlive(this);
            return value;
        }

        internal unsafe void Write<T>(long offset, T value)
            where T : unmanaged
        {
            ((T*)Shim.shim_data(Handle))[offset] = value;
            GC.KeepAlive(this);
        }

        private static void Validate(Type requested, ScalarType type)
        {
            var matches = type switch
            {
                ScalarType.BFloat16 => false,
                _ => TypeOf(requested) == type,
            };
            if (!matches) throw Mismatch(requested, type);
        }

        private static ArgumentException Mismatch(Type requested, ScalarType type)
            => new($"The element type {requested.Name} does not match the tensor's, which is {type}.");

        private T ReadFlat<T>(long i)
            where T : unmanaged
        {
            if (!is_cpu()) throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            if (i < 0 || i >= numel()) throw new IndexOutOfRangeException("The index is greater than the number of elements in the tensor");
            return Read<T>(Offset(i));
        }

        // Where the i-th element in row-major order lies.
        private long Offset(long i)
        {
            if (is_contiguous()) return i;
            long[] sizes = shape, strides = stride();
            var offset = 0L;
            for (var d = sizes.Length - 1; d >= 0; d--)
            {
                offset += i % sizes[d] * strides[d];
                i /= sizes[d];
            }

            return offset;
        }
    }
}
