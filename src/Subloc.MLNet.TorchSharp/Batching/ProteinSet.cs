using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Encoded proteins: tokens (a byte a residue) or channels (D floats a residue), without their padding.</summary>
/// <remarks>
/// Beside its residues a protein costs some twenty bytes. Several threads may read; none while another one adds. Dispose it when the
/// work on it ends.
/// </remarks>
internal abstract class ProteinSet : IDisposable
{
    private readonly int _positionBytes;
    private readonly ByteArena _residues;
    private readonly List<long> _places = [];
    private readonly List<int> _lengths = [];
    private readonly List<int> _labels = [];

    /// <param name="positionBytes">Bytes of one position.</param>
    /// <param name="cacheBytes">Bytes of residues that stay in memory; the rest goes to a temporary file.</param>
    protected ProteinSet(int positionBytes, long cacheBytes)
    {
        _positionBytes = positionBytes;
        _residues = new ByteArena(cacheBytes);
    }

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

    /// <summary>Makes a batch whose values are to be filled in. Only this part of making a batch uses libtorch.</summary>
    /// <param name="count">Proteins in the batch.</param>
    /// <param name="length">Positions to pad to.</param>
    /// <exception cref="InvalidOperationException">The batch would take 2 GiB or more.</exception>
    public Batch Allocate(int count, int length)
    {
        if ((long)count * length * _positionBytes > int.MaxValue)
            throw new InvalidOperationException($"A batch of {count} proteins of {length} positions takes more than 2 GiB; lower BatchTokens or BatchSize.");

        return new Batch(
            MakeResidues(count, length).DetachFromDisposeScope(),
            empty([count, length], ScalarType.Bool).DetachFromDisposeScope(),
            empty([count], ScalarType.Int64).DetachFromDisposeScope());
    }

    /// <summary>Fills a batch in; on any thread.</summary>
    /// <param name="batch">As <see cref="Allocate"/> made it.</param>
    /// <param name="proteins">Which proteins, in the order of the batch; none longer than its positions.</param>
    public void Fill(Batch batch, ReadOnlySpan<int> proteins)
    {
        // Each of these asks libtorch for an address, so once a batch.
        Span<byte> residues = batch.Residues.bytes;
        Span<byte> mask = batch.Mask.bytes;
        Span<long> labels = MemoryMarshal.Cast<byte, long>(batch.Labels.bytes);
        int length = mask.Length / proteins.Length;
        int width = length * _positionBytes;
        for (int i = 0; i < proteins.Length; i++)
        {
            int used = LengthOf(proteins[i]);
            Span<byte> row = residues.Slice(i * width, width);
            _residues.Read(_places[proteins[i]], row[..(used * _positionBytes)]);
            row[(used * _positionBytes)..].Clear();
            Span<byte> positions = mask.Slice(i * length, length);
            positions[..used].Fill(1);
            positions[used..].Clear();
            labels[i] = _labels[proteins[i]];
        }
    }

    /// <summary>A digest of all proteins and labels, in order.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[(_lengths.Count == 0 ? 0 : _lengths.Max()) * _positionBytes];
        for (int i = 0; i < Count; i++)
        {
            Span<byte> residues = bytes.AsSpan(0, LengthOf(i) * _positionBytes);
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
        _lengths.Add(residues.Length / _positionBytes);
        _labels.Add(label);
    }

    /// <summary>Makes the tensor of a batch's residues, its values undefined.</summary>
    protected abstract Tensor MakeResidues(int count, int length);
}
