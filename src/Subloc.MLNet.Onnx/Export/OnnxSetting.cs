using System.Text;
using Google.Protobuf;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>A named setting of an operator.</summary>
public sealed class OnnxSetting
{
    private OnnxSetting(AttributeProto content, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        content.Name = name;
        Content = content;
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">Name of the attribute in the operator's definition.</param>
    /// <param name="value">Its value.</param>
    public OnnxSetting(string name, long value)
        : this(new AttributeProto { Type = AttributeProto.Types.Type.Int, I = value }, name)
    {
    }

    /// <summary>A real number.</summary>
    /// <inheritdoc cref="OnnxSetting(string, long)"/>
    public OnnxSetting(string name, float value)
        : this(new AttributeProto { Type = AttributeProto.Types.Type.Float, F = value }, name)
    {
    }

    /// <summary>A text.</summary>
    /// <inheritdoc cref="OnnxSetting(string, long)"/>
    public OnnxSetting(string name, string value)
        : this(new AttributeProto { Type = AttributeProto.Types.Type.String, S = ByteString.CopyFromUtf8(value) }, name)
    {
    }

    /// <summary>Whole numbers.</summary>
    /// <inheritdoc cref="OnnxSetting(string, long)"/>
    public OnnxSetting(string name, IEnumerable<long> value)
        : this(new AttributeProto { Type = AttributeProto.Types.Type.Ints, Ints = { value } }, name)
    {
    }

    /// <summary>Real numbers.</summary>
    /// <inheritdoc cref="OnnxSetting(string, long)"/>
    public OnnxSetting(string name, IEnumerable<float> value)
        : this(new AttributeProto { Type = AttributeProto.Types.Type.Floats, Floats = { value } }, name)
    {
    }

    /// <summary>Texts.</summary>
    /// <inheritdoc cref="OnnxSetting(string, long)"/>
    public OnnxSetting(string name, IEnumerable<string> value)
        : this(new AttributeProto { Type = AttributeProto.Types.Type.Strings, Strings = { value.Select(text => ByteString.CopyFrom(text, Encoding.UTF8)) } }, name)
    {
    }

    /// <summary>The attribute as it is written.</summary>
    internal AttributeProto Content { get; }
}
