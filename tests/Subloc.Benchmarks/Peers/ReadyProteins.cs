using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.Benchmarks.Peers;

/// <summary>Tokens and classes of proteins, padded to L, as the peers get them.</summary>
/// <param name="Tokens">[N, L], row-major.</param>
/// <param name="Labels">[N], from 0.</param>
/// <param name="Length">L.</param>
internal sealed record ReadyProteins(byte[] Tokens, byte[] Labels, int Length)
{
    /// <summary>Number of proteins, N.</summary>
    public int Count => Labels.Length;

    /// <summary>Reads them from the view that this library learns from.</summary>
    public static ReadyProteins Read(IDataView data, int length)
    {
        var tokens = new List<byte>();
        var labels = new List<byte>();
        DataViewSchema.Column features = data.Schema["Features"], label = data.Schema["Label"];
        using DataViewRowCursor cursor = data.GetRowCursor([features, label]);
        ValueGetter<VBuffer<byte>> getTokens = cursor.GetGetter<VBuffer<byte>>(features);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(label);
        VBuffer<byte> value = default;
        uint key = 0;
        while (cursor.MoveNext())
        {
            getTokens(ref value);
            tokens.AddRange(value.DenseValues());
            getLabel(ref key);
            labels.Add((byte)(key - 1));
        }

        return new ReadyProteins([.. tokens], [.. labels], length);
    }

    /// <summary>Writes tokens and then classes, a byte each.</summary>
    public void Write(string path) => File.WriteAllBytes(path, [.. Tokens, .. Labels]);
}
