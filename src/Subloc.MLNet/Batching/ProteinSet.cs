using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Subloc.MLNet.Batching;

/// <summary>Encoded proteins: tokens (a byte a residue) or channels (D floats a residue), without their padding.</summary>
/// <remarks>
/// Beside its residues a protein costs some twenty bytes. Several threads may read; none while another one adds. Dispose it when the
/// work on it ends.
/// </remarks>
internal abstract class ProteinSet : IDisposable
{
    private readonly ByteArena _residues;
    private readonly List<long> _places = [];
    private readonly List<int> _lengths = [];
    private readonly List<int> _labels = [];

    /// <param name="positionBytes">Bytes of one position.</param>
    /// <param name="cacheBytes">Bytes of residues that stay in memory; the rest goes to a temporary file.</param>
    protected ProteinSet(int positionBytes, long cacheBytes)
    {
        PositionBytes = positionBytes;
        _residues = new ByteArena(cacheBytes);
    }

    /// <summary>Bytes of one position.</summary>
    public int PositionBytes { get; }

    /// <summary>Number of proteins.</summary>
    public int Count => _lengths.Count;

    /// <summary>Class index of each protein, from 0.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Homology partition of each protein; empty where the data have none.</summary>
    public List<uint> Partitions { get; } = [];

    /// <summary>Bytes that lie in the temporary file.</summary>
    public long SpilledBytes => _residues.SpilledBytes;

    /// <summary>Residues of one protein.</summary>
    public int LengthOf(int protein) => _lengths[protein];

    /// <summary>Removes all proteins and keeps the memory.</summary>
    public void Clear()
    {
        _residues.Clear();
        _places.Clear();
        _lengths.Clear();
        _labels.Clear();
        Partitions.Clear();
    }

    /// <summary>Writes the residues of a batch, padded with zeros; on any thread.</summary>
    /// <param name="proteins">Which proteins, in the order of the batch; none longer than the batch.</param>
    /// <param name="length">Positions that each is padded to.</param>
    /// <param name="residues">Receives as many positions a protein.</param>
    public void CopyResidues(ReadOnlySpan<int> proteins, int length, Span<byte> residues)
    {
        int width = length * PositionBytes;
        for (int i = 0; i < proteins.Length; i++)
        {
            int used = LengthOf(proteins[i]) * PositionBytes;
            Span<byte> row = residues.Slice(i * width, width);
            _residues.Read(_places[proteins[i]], row[..used]);
            row[used..].Clear();
        }
    }

    /// <summary>Writes the mask of a batch; on any thread.</summary>
    /// <param name="proteins">Which proteins, in the order of the batch; none longer than the batch.</param>
    /// <param name="length">Positions that each is padded to.</param>
    /// <param name="one">What stands on residues; zeros stand on padding.</param>
    /// <param name="mask">Receives as many values a protein.</param>
    public void CopyMask<T>(ReadOnlySpan<int> proteins, int length, T one, Span<T> mask)
    {
        for (int i = 0; i < proteins.Length; i++)
        {
            int used = LengthOf(proteins[i]);
            Span<T> positions = mask.Slice(i * length, length);
            positions[..used].Fill(one);
            positions[used..].Clear();
        }
    }

    /// <summary>A digest of all proteins and labels, in order.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[(_lengths.Count == 0 ? 0 : _lengths.Max()) * PositionBytes];
        for (int i = 0; i < Count; i++)
        {
            Span<byte> residues = bytes.AsSpan(0, LengthOf(i) * PositionBytes);
            _residues.Read(_places[i], residues);
            hash.AppendData(MemoryMarshal.AsBytes([LengthOf(i), Labels[i]]));
            hash.AppendData(residues);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Frees the memory and the temporary file.</summary>
    public void Dispose() => _residues.Dispose();

    /// <summary>Adds a protein that was checked.</summary>
    protected void Keep(ReadOnlySpan<byte> residues, int label)
    {
        _places.Add(_residues.Add(residues));
        _lengths.Add(residues.Length / PositionBytes);
        _labels.Add(label);
    }
}
