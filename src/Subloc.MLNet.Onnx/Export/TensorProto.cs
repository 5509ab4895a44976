using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>A constant of a graph.</summary>
internal sealed partial class TensorProto
{
    /// <summary>Makes a constant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Type of its elements.</param>
    /// <param name="values">The elements in row-major order; copied.</param>
    /// <param name="shape">Its dimensions.</param>
    public static TensorProto Of<T>(string name, OnnxType type, ReadOnlySpan<T> values, IEnumerable<long> shape)
        where T : unmanaged
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }
}
