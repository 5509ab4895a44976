namespace Subloc.Cli.Data;

/// <summary>What a model predicts from.</summary>
internal enum ModelReads
{
    /// <summary>Sequences of residues.</summary>
    Sequences,

    /// <summary>Profiles.</summary>
    Profiles,

    /// <summary>Embeddings, which are computed before.</summary>
    Embeddings,
}
