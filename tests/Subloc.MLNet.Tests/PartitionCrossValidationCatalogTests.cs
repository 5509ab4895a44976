using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;
using Subloc.MLNet.Data;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Tests;

public class PartitionCrossValidationCatalogTests
{
    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData("Partition")]
    [InlineData("Family")]
    public void CrossValidateByPartition_UInt32OrKey_HoldsEveryRowOutOnce(string column)
    {
        IDataView data = Load(Composition(SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 200, Partitions = 4 })));
        var spy = new SpyingEstimator(Trainer());

        IReadOnlyList<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> folds =
            _context.MulticlassClassification.CrossValidateByPartition(data, spy, column);

        Assert.Equal([0, 1, 2, 3], folds.Select(fold => fold.Fold));
        Assert.Equal(folds.Count, spy.TrainedOn.Count);
        var heldOut = new List<string>();
        foreach ((IDataView scored, Seen trained) in folds.Select(fold => fold.ScoredHoldOutSet).Zip(spy.TrainedOn))
        {
            Seen tested = Seen.In(scored);
            Assert.Single(tested.Partitions);
            Assert.Equal(3, trained.Partitions.Count);
            Assert.Empty(tested.Partitions.Intersect(trained.Partitions));
            Assert.Equal(200, tested.Ids.Count + trained.Ids.Count);
            Assert.Equal(scored.GetRowCount(), tested.Ids.Count);
            heldOut.AddRange(tested.Ids);
        }

        Assert.Equal(data.GetColumn<string>("Id").Order(StringComparer.Ordinal), heldOut.Order(StringComparer.Ordinal));
        Assert.Equal([0u, 1u, 2u, 3u], folds.Select(fold => fold.ScoredHoldOutSet.GetColumn<uint>("Partition").First()));
    }

    [Fact]
    public void CrossValidateByPartition_Folds_PoolToTheMetricsOfAllRows()
    {
        IDataView data = Load(Composition(SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 200 })));

        var folds = _context.MulticlassClassification.CrossValidateByPartition(data, Trainer());

        LocalizationMetrics pooled = _context.MulticlassClassification.EvaluateLocalization(folds);
        Assert.Equal(200, pooled.RowCount);
        Assert.Equal(folds.Sum(fold => fold.Metrics.MicroAccuracy * fold.ScoredHoldOutSet.GetRowCount()!.Value) / 200, pooled.Accuracy, 12);
    }

    [Fact]
    public void CrossValidateByPartition_SyntheticSignals_AreLearnedAndTheirAbsenceIsNot()
    {
        LocalizationMetrics Measure(double strength)
        {
            var options = new SyntheticProteinOptions { Balance = 1, SignalStrength = strength };
            IDataView data = Load(Composition(SyntheticProteins.Generate(options)));
            return _context.MulticlassClassification.EvaluateLocalization(
                _context.MulticlassClassification.CrossValidateByPartition(data, Trainer()));
        }

        LocalizationMetrics signals = Measure(1), noise = Measure(0);

        Assert.InRange(signals.Accuracy, 0.65, 0.95); // composition alone does not see motifs
        Assert.InRange(noise.Accuracy, 0.06, 0.14); // guessing is 0.1
        Assert.InRange(noise.Gorodkin, -0.05, 0.05);
    }

    [Fact]
    public void CrossValidateByPartition_BadColumns_AreNamed()
    {
        IDataView data = Load(Composition(SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 20 })));
        IDataView onePartition = Load(Composition(SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 20, Partitions = 1 })));

        Assert.Contains("MapValueToKey before folding", Refusal(data, "Partition", "Id"), StringComparison.Ordinal);
        Assert.Contains("'Features' must be UInt32 or a key", Refusal(data, "Features", "Label"), StringComparison.Ordinal);
        Assert.Contains("'None' is missing", Refusal(data, "None", "Label"), StringComparison.Ordinal);
        Assert.Contains("holds 1 partitions", Refusal(onePartition, "Partition", "Label"), StringComparison.Ordinal);
    }

    [Fact]
    public void CrossValidateByPartition_MissingKey_IsAnErrorWithTheRow()
    {
        Row[] rows = Composition(SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 20 }));
        rows[4].FamilyName = "";

        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => _context.MulticlassClassification.CrossValidateByPartition(Load(rows), Trainer(), "Family"));

        Assert.Contains("Row 4 has no value in column 'Family'", error.Message, StringComparison.Ordinal);
    }

    private string Refusal(IDataView data, string partition, string label) => Assert.Throws<ArgumentOutOfRangeException>(
        () => _context.MulticlassClassification.CrossValidateByPartition(data, Trainer(), partition, label)).Message;

    private EstimatorChain<MulticlassPredictionTransformer<MaximumEntropyModelParameters>> Trainer()
        => _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());

    // The label is mapped before folding; the family column is the partition as a key.
    private IDataView Load(Row[] rows)
    {
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        return _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.Transforms.Conversion.MapValueToKey(
                "Family", "FamilyName", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue))
            .Fit(data).Transform(data);
    }

    // Residue composition of the first thirty residues, of the last four and of the whole, and the most hydrophobic window.
    private static Row[] Composition(IReadOnlyList<SyntheticProtein> proteins) => [.. proteins.Select(protein => new Row
    {
        Id = protein.Id,
        Label = protein.Label,
        Partition = protein.Partition,
        FamilyName = $"partition {protein.Partition}",
        Features =
        [
            .. CompositionOf(protein.Sequence[..30]),
            .. CompositionOf(protein.Sequence[^4..]),
            .. CompositionOf(protein.Sequence),
            Enumerable.Range(30, protein.Sequence.Length - 50)
                .Max(i => (float)protein.Sequence.Substring(i, 16).Count("AFGILMVW".Contains)),
        ],
    })];

    private static IEnumerable<float> CompositionOf(string sequence)
        => Alphabet.Residues.Select(residue => sequence.Count(letter => letter == residue) / (float)sequence.Length);

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Label { get; set; } = "";

        public uint Partition { get; set; }

        public string FamilyName { get; set; } = "";

        [VectorType(61)]
        public float[] Features { get; set; } = [];
    }

    private sealed record Seen(HashSet<uint> Partitions, HashSet<string> Ids)
    {
        public static Seen In(IDataView data) => new([.. data.GetColumn<uint>("Partition")], [.. data.GetColumn<string>("Id")]);
    }

    /// <summary>Notes which rows an estimator is fitted on.</summary>
    private sealed class SpyingEstimator(IEstimator<ITransformer> inner) : IEstimator<ITransformer>
    {
        public List<Seen> TrainedOn { get; } = [];

        public ITransformer Fit(IDataView input)
        {
            TrainedOn.Add(Seen.In(input));
            return inner.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);
    }
}
