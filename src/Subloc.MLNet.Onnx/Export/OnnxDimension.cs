using System.Globalization;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>One dimension of an input or output: a size, or the name of one that every call may choose.</summary>
public readonly record struct OnnxDimension
{
    private OnnxDimension(long? size, string? name)
    {
        Size = size;
        Name = name;
    }

    /// <summary>The size; null where every call may choose it.</summary>
    public long? Size { get; }

    /// <summary>Name of the size; null where it is fixed. Equal names are equal sizes.</summary>
    public string? Name { get; }

    /// <summary>A fixed size.</summary>
    /// <param name="size">At least 0.</param>
    public static implicit operator OnnxDimension(long size) => FromInt64(size);

    /// <summary>A size that every call may choose.</summary>
    /// <param name="name">Its name, such as <c>batch</c>.</param>
    public static implicit operator OnnxDimension(string name) => FromString(name);

    /// <inheritdoc cref="op_Implicit(long)"/>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public static OnnxDimension FromInt64(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new OnnxDimension(size, null);
    }

    /// <inheritdoc cref="op_Implicit(string)"/>
    public static OnnxDimension FromString(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new OnnxDimension(null, name);
    }

    /// <summary>The size or its name.</summary>
    public override string ToString() => Name ?? Size?.ToString(CultureInfo.InvariantCulture) ?? "?";
}
