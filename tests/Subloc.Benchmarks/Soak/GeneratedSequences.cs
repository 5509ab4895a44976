using Subloc.MLNet.Sequences;

namespace Subloc.Benchmarks.Soak;

/// <summary>Random sequences, one after the other; none is kept.</summary>
internal static class GeneratedSequences
{
    /// <summary>Generates rows.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="shortest">Residues of the shortest.</param>
    /// <param name="longest">Residues of the longest.</param>
    public static IEnumerable<Row> Generate(int count, int shortest, int longest)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
            yield return new Row { Sequence = random.GetString(Alphabet.Residues, random.Next(shortest, longest + 1)), Label = $"Compartment {i % 10}" };
    }

    /// <summary>One row.</summary>
    public sealed class Row
    {
        public string Sequence { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
