namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>How residue tokens become channels.</summary>
public enum ResidueInput
{
    /// <summary>Twenty channels, one for each residue; an ambiguity letter shares the one.</summary>
    OneHot,

    /// <summary>Twenty channels, the BLOSUM62 scores against each residue.</summary>
    Blosum62,

    /// <summary>As many learned channels as asked for.</summary>
    Embedding,
}
