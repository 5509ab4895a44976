namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>What becomes of a sequence of more residues than a language model reads at once.</summary>
public enum LongSequences
{
    /// <summary>The first half and the last half are read as one sequence: sorting signals sit at the termini.</summary>
    KeepEnds,

    /// <summary>The whole sequence is read in overlapping windows; a residue in several windows has the average of its vectors.</summary>
    Windows,

    /// <summary>It is an error.</summary>
    Refuse,
}
