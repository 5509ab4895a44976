namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Encoded proteins in memory: tokens (a byte a residue) or channels (D floats a residue), without their padding.</summary>
internal abstract class ProteinSet
{
    private readonly List<int> _labels = [];

    /// <summary>Number of proteins.</summary>
    public abstract int Count { get; }

    /// <summary>Class index of each protein, from 0.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Homology partition of each protein; empty where the data have none.</summary>
    public List<uint> Partitions { get; } = [];

    /// <summary>Residues of one protein.</summary>
    public abstract int LengthOf(int protein);

    /// <summary>Removes all proteins and keeps the memory.</summary>
    public virtual void Clear()
    {
        _labels.Clear();
        Partitions.Clear();
    }

    /// <summary>Makes the input of a network for some of the proteins.</summary>
    /// <param name="proteins">Which proteins, in the order of the batch.</param>
    /// <param name="length">Positions to pad to; at least the longest of these proteins.</param>
    public abstract Batch Assemble(ReadOnlySpan<int> proteins, int length);

    /// <summary>A digest of all proteins and labels, in order.</summary>
    public abstract string Hash();

    /// <summary>Adds the label of the protein added last.</summary>
    protected void AddLabel(int label) => _labels.Add(label);
}
