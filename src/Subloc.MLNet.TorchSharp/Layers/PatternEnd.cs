namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Where a pattern of residues must stand.</summary>
internal enum PatternEnd
{
    /// <summary>Anywhere.</summary>
    Neither,

    /// <summary>It begins with the protein's first residue.</summary>
    First,

    /// <summary>It ends with the protein's last residue.</summary>
    Last,
}
