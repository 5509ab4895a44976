namespace Subloc.MLNet.Notebooks;

/// <summary>Names the type that knows how the marked one is shown in a notebook.</summary>
/// <remarks>.NET Interactive looks for the name of this attribute, not for its type, so that a library need not refer to it.</remarks>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>A type with a method <c>CreateTypeFormatters</c>.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>What is shown unless another format is asked for.</summary>
    public string[] PreferredMimeTypes { get; } = ["text/html"];
}
