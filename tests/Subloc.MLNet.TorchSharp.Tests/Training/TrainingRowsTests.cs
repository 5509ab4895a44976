using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class TrainingRowsTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Fit_PartitionColumn_HoldsOutWholePartitions()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.Options);

        TrainingSummary training = model.Model.Training;
        Assert.Equal("partition", training.ValidationSplit);
        Assert.Equal(120, training.Rows + training.ValidationRows);
        Assert.InRange(training.ValidationRows, 12, 60);
        Assert.Equal(training.Rows, training.ClassCounts.Sum());
    }

    [Fact]
    public void Fit_NoPartitionColumn_HoldsOutRandomRows()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.Options with { PartitionColumnName = "None", ValidationFraction = 0.25 });

        Assert.Equal(("random", 90, 30), (model.Model.Training.ValidationSplit, model.Model.Training.Rows, model.Model.Training.ValidationRows));
    }

    [Fact]
    public void Fit_NoValidation_KeepsTheLastEpoch()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.Options with { ValidationFraction = 0 });

        Assert.Equal(("none", 3), (model.Model.Training.ValidationSplit, model.Model.Training.BestEpoch));
        Assert.All(model.Model.Training.History, epoch => Assert.Null(epoch.ValidationLoss));
    }

    [Fact]
    public void Fit_GivenValidation_IsNotLearnedFrom()
    {
        ProteinNetworkTrainer trainer = _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options);

        using ProteinNetworkTransformer model = trainer.Fit(TinyProteins.LoadEncoded(_context, 50), TinyProteins.LoadEncoded(_context, 20));

        Assert.Equal(("given", 50, 20), (model.Model.Training.ValidationSplit, model.Model.Training.Rows, model.Model.Training.ValidationRows));
    }

    [Fact]
    public void Fit_RowsWithoutLabel_AreLeftOutAndCounted()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 60);
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["Label"].GetKeyValues(ref names);
        IDataView text = _context.Transforms.Conversion.MapKeyToValue("Label").Fit(data).Transform(data);
        IDataView nineNames = _context.Data.LoadFromEnumerable(names.DenseValues().Take(9).Select(name => new Name { Value = name.ToString() }).ToArray());
        IDataView mapped = _context.Transforms.Conversion.MapValueToKey("Label", keyData: nineNames).Fit(text).Transform(text);
        var messages = new List<string>();
        _context.Log += (_, message) => messages.Add(message.Message);

        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options).Fit(mapped);

        Assert.Equal(9, model.Model.ClassNames.Count);
        int missing = 60 - model.Model.Training.Rows - model.Model.Training.ValidationRows;
        Assert.True(missing > 0);
        Assert.Contains(messages, message => message.Contains($"Left out {missing} rows without a value in 'Label'", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_LabelsOfWholeNumbers_KeepTheirValuesAsNames()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 30);
        var rows = data.GetColumn<uint>("Label").Zip(data.GetColumn<string>("Sequence"), (label, sequence) => new Numbered { Label = 5 + 2 * (int)(label % 3), Sequence = sequence }).ToArray();
        IDataView numbered = _context.Data.LoadFromEnumerable(rows);
        var pipeline = _context.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(TinyProteins.Pipeline(_context, TinyProteins.Options))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        List<object[]> predicted = RowValues.Read(pipeline.Fit(numbered).Transform(numbered), "PredictedLabel");

        Assert.All(predicted, row => Assert.Contains((string)row[0], (string[])["5", "7", "9"]));
    }

    [Theory]
    [InlineData(float.NaN, new float[] { 1, 1, 0 }, "has the value NaN at position 2, channel 1")]
    [InlineData(0.5f, new float[] { 0, 0, 0 }, "its mask is zero everywhere")]
    [InlineData(0.5f, new float[] { 1, 0, 1 }, "mask is zero at position 2 and not behind it")]
    public void Fit_ProfileThatCannotBeRead_IsRefused(float value, float[] mask, string sentence)
    {
        var rows = Enumerable.Range(0, 8).Select(i => new Profile { Label = (uint)(i % 2) }).ToArray();
        rows[3].Features[2] = value;
        rows[3].Mask = mask;
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Profile));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, 2);
        IDataView data = _context.Data.LoadFromEnumerable(rows, schema);

        var error = Assert.Throws<InvalidDataException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options).Fit(data));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OnePartition_WarnsThatValidationIsRandom()
    {
        var messages = new List<string>();
        _context.Log += (_, message) => messages.Add(message.Message);
        IDataView data = _context.Data.FilterByCustomPredicate<InPartition>(TinyProteins.LoadEncoded(_context), row => row.Partition != 0);

        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options).Fit(data);

        Assert.Equal("random", model.Model.Training.ValidationSplit);
        Assert.Contains(messages, message => message.Contains("All rows are of one partition in 'Partition'", StringComparison.Ordinal));
    }

    private ProteinNetworkTransformer Fit(ProteinNetworkOptions options) =>
        _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(TinyProteins.LoadEncoded(_context));

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }

    private sealed class Numbered
    {
        public int Label { get; set; }

        public string Sequence { get; set; } = "";
    }

    private sealed class InPartition
    {
        public uint Partition { get; set; }
    }

    private sealed class Profile
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(6)]
        public float[] Features { get; set; } = [1, 2, 3, 4, 5, 6];

        [VectorType(3)]
        public float[] Mask { get; set; } = [1, 1, 1];
    }
}
