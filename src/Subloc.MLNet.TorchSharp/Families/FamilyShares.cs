using System.Numerics.Tensors;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>How a family's members are shared among the compartments, and how much that tells.</summary>
/// <remarks>Few members say little: some more are counted in that are shared like all proteins.</remarks>
internal sealed class FamilyShares
{
    private const double PriorMembers = 3;

    private readonly IReadOnlyList<double[]> _proteins;
    private readonly double[] _all;

    /// <param name="proteins">Shares of the C compartments of each protein, each summing to 1.</param>
    public FamilyShares(IReadOnlyList<double[]> proteins)
    {
        _proteins = proteins;
        _all = Sum(Enumerable.Range(0, proteins.Count), Enumerable.Repeat(1.0, proteins[0].Length));
    }

    /// <summary>How all proteins are shared, [C]: above 0, summing to 1.</summary>
    public float[] OfAll => ToSingles(_all);

    /// <summary>How some proteins are shared, [C]: above 0, summing to 1.</summary>
    public float[] Of(IEnumerable<int> proteins) => ToSingles(Shares(proteins));

    /// <summary>How far the shares of some proteins diverge from those of all (Kullback and Leibler, 1951), in nats.</summary>
    public double Tell(IEnumerable<int> proteins) => Shares(proteins).Zip(_all, (own, all) => own * Math.Log(own / all)).Sum();

    private double[] Shares(IEnumerable<int> proteins) => Sum(proteins, _all.Select(share => PriorMembers * share));

    private double[] Sum(IEnumerable<int> proteins, IEnumerable<double> more)
    {
        double[] sums = [.. more];
        foreach (int protein in proteins)
            TensorPrimitives.Add(sums, _proteins[protein], sums);
        TensorPrimitives.Divide(sums, TensorPrimitives.Sum<double>(sums), sums);
        return sums;
    }

    private static float[] ToSingles(double[] values) => Array.ConvertAll(values, value => (float)value);
}
