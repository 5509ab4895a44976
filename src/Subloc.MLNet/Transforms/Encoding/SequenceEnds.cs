namespace Subloc.MLNet.Transforms.Encoding;

/// <summary>Which residues of a sequence longer than the encoded length are kept.</summary>
public enum SequenceEnds
{
    /// <summary>The first half and the last half: sorting signals sit at the termini. An odd length gives the start one residue more.</summary>
    Both,

    /// <summary>The start (N-terminus).</summary>
    Start,

    /// <summary>The end (C-terminus).</summary>
    End,
}
