using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Subloc.MLNet.Batching;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>What the network shall say about each row: one class, or shares of several.</summary>
/// <param name="set">The rows; their labels are the classes, or those with the largest share.</param>
/// <param name="classes">Number of classes.</param>
/// <param name="shares">Shares of the classes, where the labels are soft.</param>
internal sealed class Targets(ProteinSet set, int classes, SoftLabels? shares = null)
{
    private const float LeastProbability = 1e-7f;

    /// <summary>The class of a row, or the one with the largest share.</summary>
    public int ClassOf(int row) => set.Labels[row];

    /// <summary>How many of the rows each class has; shares count as such.</summary>
    public double[] Count(IReadOnlyList<int> rows)
    {
        var counts = new double[classes];
        foreach (int row in rows)
        {
            for (int k = 0; shares is not null && k < classes; k++)
                counts[k] += shares[row][k];
            if (shares is null)
                counts[ClassOf(row)]++;
        }

        return counts;
    }

    /// <summary>The shares of a batch, [B, C] (float32); null where each row has one class.</summary>
    public Tensor? Shares(int[] batch, Device device)
    {
        if (shares is null)
            return null;

        var flat = new float[batch.Length * classes];
        for (int i = 0; i < batch.Length; i++)
            shares[batch[i]].CopyTo(flat.AsSpan(i * classes));
        return tensor(flat, [batch.Length, classes], device: device);
    }

    /// <summary>Cross-entropy of a row, in nats.</summary>
    public double CrossEntropy(int row, ReadOnlySpan<float> probabilities)
    {
        if (shares is null)
            return -Math.Log(Math.Max(probabilities[ClassOf(row)], LeastProbability));

        double sum = 0;
        for (int k = 0; k < classes; k++)
            sum -= shares[row][k] == 0 ? 0 : shares[row][k] * Math.Log(Math.Max(probabilities[k], LeastProbability));
        return sum;
    }

    /// <summary>A digest of all proteins and targets, in order.</summary>
    public string Hash()
    {
        if (shares is null)
            return set.Hash();

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(set.Hash()));
        for (int row = 0; row < shares.Count; row++)
            hash.AppendData(MemoryMarshal.AsBytes(shares[row]));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
