namespace Subloc.MLNet.Data;

/// <summary>Kinds of numbers that are read from NPZ entries.</summary>
internal enum NpyElement
{
    Float16,
    Float32,
    Float64,
    Int32,
    Int64,
}
