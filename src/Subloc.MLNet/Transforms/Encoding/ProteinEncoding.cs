namespace Subloc.MLNet.Transforms.Encoding;

/// <summary>How residues become numbers.</summary>
public enum ProteinEncoding
{
    /// <summary>
    /// One byte a residue, <c>Vector&lt;Key&lt;Byte&gt;, L&gt;</c>: the token of <see cref="Sequences.Alphabet"/>, 0 is padding. The networks
    /// of this library turn tokens into channels themselves; a cached protein takes L bytes.
    /// </summary>
    Tokens,

    /// <summary>One-hot channels, <c>Vector&lt;Single, L, 20&gt;</c>, stored sparsely; for any ML.NET trainer.</summary>
    OneHot,

    /// <summary>BLOSUM62 rows in half bits, <c>Vector&lt;Single, L, 20&gt;</c>; for any ML.NET trainer.</summary>
    Blosum62,
}
