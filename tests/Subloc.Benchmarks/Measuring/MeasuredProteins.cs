using Microsoft.ML;
using Microsoft.ML.Transforms;
using Subloc.MLNet;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.Benchmarks.Measuring;

/// <summary>Proteins of one compartment to measure with: DeepLoc 2.0 where it is present, else random residues of such lengths.</summary>
internal sealed class MeasuredProteins
{
    private readonly MLContext _mlContext = new(1);
    private readonly Protein[] _byLength;
    private readonly ValueToKeyMappingTransformer _labelKeys;

    public MeasuredProteins()
    {
        Protein[] all = BenchmarkData.DeepLocFiles.Length > 0 ? ReadDeepLoc() : [.. MakeUp(17_351)];
        Source = BenchmarkData.DeepLocFiles.Length > 0 ? "DeepLoc 2.0, one compartment" : "random residues, lengths as in DeepLoc 2.0";
        _labelKeys = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(_mlContext.Data.LoadFromEnumerable(all));
        _byLength = [.. all.OrderBy(protein => protein.Sequence.Length)];
        Classes = all.Select(protein => protein.Label).Distinct().Count();
    }

    /// <summary>Where the proteins come from.</summary>
    public string Source { get; }

    /// <summary>Number of compartments.</summary>
    public int Classes { get; }

    /// <summary>Number of different proteins.</summary>
    public int Count => _byLength.Length;

    /// <summary>Mean length of all proteins, longer ones counted as <paramref name="limit"/>.</summary>
    public double MeanLength(int limit) => _byLength.Average(protein => Math.Min(protein.Sequence.Length, limit));

    /// <summary>The mean over all proteins of what a number of residues gives.</summary>
    public double Mean(Func<int, double> ofResidues) => _byLength.Average(protein => ofResidues(protein.Sequence.Length));

    /// <summary>Draws proteins that are distributed over the lengths as all are; all of them, again and again, where more are asked for.</summary>
    public Protein[] Draw(int count, int seed = 1)
    {
        var random = new Random(seed);
        var drawn = new Protein[count];
        double step = (double)_byLength.Length / Math.Min(count % _byLength.Length is 0 ? _byLength.Length : count % _byLength.Length, _byLength.Length);
        for (int i = 0; i < count; i++)
        {
            bool whole = i < count / _byLength.Length * _byLength.Length;
            int place = whole ? i % _byLength.Length : (int)((i % _byLength.Length + random.NextDouble()) * step);
            drawn[i] = _byLength[Math.Min(place, _byLength.Length - 1)];
        }

        random.Shuffle(drawn);
        return drawn;
    }

    /// <summary>Makes a data view with tokens and labels, encoded whenever it is read.</summary>
    public IDataView Encode(Protein[] proteins, int length)
    {
        IDataView rows = _labelKeys.Transform(_mlContext.Data.LoadFromEnumerable(proteins));
        return _mlContext.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = length }).Fit(rows).Transform(rows);
    }

    private Protein[] ReadDeepLoc()
    {
        IDataView files = _mlContext.Data.LoadProteins(BenchmarkData.DeepLocFiles);
        return [.. _mlContext.Data.CreateEnumerable<Protein>(files, reuseRowObject: false, ignoreMissingColumns: true)];
    }

    // A log-normal distribution with DeepLoc's median, 434, and its 11 % above 1000.
    private static IEnumerable<Protein> MakeUp(int count)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            int length = Math.Clamp((int)(434 * Math.Exp(0.68 * normal)), 40, 10_000);
            yield return new Protein { Sequence = new string(random.GetItems<char>(Alphabet.Residues, length)), Label = $"Compartment {i % 10}" };
        }
    }

    /// <summary>One protein.</summary>
    public sealed class Protein
    {
        public string Sequence { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
