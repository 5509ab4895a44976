namespace Subloc.MLNet.Onnx.Export;

/// <summary>Names of the inputs and outputs of exported models.</summary>
internal static class ModelValues
{
    /// <summary>Residue tokens [batch, length].</summary>
    public const string Tokens = "tokens";

    /// <summary>Channels [batch, length, channels].</summary>
    public const string Features = "features";

    /// <summary>Which positions are residues, [batch, length].</summary>
    public const string Mask = "mask";

    /// <summary>Probabilities [batch, classes].</summary>
    public const string Probabilities = "probabilities";

    /// <summary>Weight of each position, [batch, length].</summary>
    public const string Attention = "attention";

    /// <summary>Name of the size that is the number of proteins.</summary>
    public const string Batch = "batch";

    /// <summary>Name of the size that is the number of positions.</summary>
    public const string Length = "length";
}
