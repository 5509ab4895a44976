using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Testing;

namespace Subloc.MLNet.Pretrained.Tests;

public sealed class ProteinLocalizerTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void LoadPretrained_OfWellKnownProteins_FindsMostOfThem()
    {
        using var model = ProteinLocalizer.LoadPretrained(_context);
        IDataView proteins = _context.Data.LoadProteins(WellKnown.Path);

        IDataView located = model.Transform(proteins);

        string[] labels = [.. proteins.GetColumn<string>("Label")], predicted = [.. located.GetColumn<string>("PredictedLabel")];
        Assert.Equal(25, predicted.Length);
        Assert.All(predicted, name => Assert.Contains(name, ProteinLocalizer.ReadInfo().ClassNames));

        // The most frequent compartment has 6 of them.
        Assert.InRange(labels.Zip(predicted).Count(pair => pair.First == pair.Second), 13, 25);
    }

    [Fact]
    public void LoadPretrained_OfProteins_GivesNamedProbabilitiesAndTheLargestAsConfidence()
    {
        using var model = ProteinLocalizer.LoadPretrained(_context);

        IDataView located = model.Transform(_context.Data.LoadProteins(WellKnown.Path));

        VBuffer<ReadOnlyMemory<char>> names = default;
        located.Schema["Score"].GetSlotNames(ref names);
        string[] classes = [.. names.DenseValues().Select(name => name.ToString())];
        Assert.Equal(ProteinLocalizer.ReadInfo().ClassNames, classes);
        foreach (var (scores, confidence, predicted) in located.GetColumn<float[]>("Score").Zip(located.GetColumn<float>("Confidence"), located.GetColumn<string>("PredictedLabel")))
        {
            Assert.Equal(1, scores.Sum(), 4);
            Assert.Equal(scores.Max(), confidence);
            Assert.Equal(classes[Array.IndexOf(scores, confidence)], predicted);
        }
    }

    [Fact]
    public void LoadPretrained_WithAThreshold_SaysUncertainBelowItOnly()
    {
        using var plain = ProteinLocalizer.LoadPretrained(_context);
        IDataView proteins = _context.Data.LoadProteins(WellKnown.Path);
        float[] confidences = [.. plain.Transform(proteins).GetColumn<float>("Confidence")];
        float threshold = confidences.Order().ElementAt(10);

        using var model = ProteinLocalizer.LoadPretrained(_context, new ProteinLocalizerOptions { Threshold = threshold, Threads = 1 });
        IDataView located = model.Transform(proteins);

        Assert.Equal(confidences.Select(confidence => confidence < threshold), located.GetColumn<string>("PredictedLabel").Select(name => name == "uncertain"));
        Assert.Equal(10, located.GetColumn<string>("PredictedLabel").Count(name => name == "uncertain"));
    }

    [Fact]
    public void LoadPretrained_WithAnotherColumn_ReadsThat()
    {
        using var plain = ProteinLocalizer.LoadPretrained(_context);
        using var renamed = ProteinLocalizer.LoadPretrained(_context, new ProteinLocalizerOptions { SequenceColumnName = "Residues" });
        IDataView proteins = _context.Data.LoadProteins(WellKnown.Path);
        IDataView others = _context.Transforms.CopyColumns("Residues", "Sequence").Append(_context.Transforms.DropColumns("Sequence")).Fit(proteins).Transform(proteins);

        Assert.Equal(RowValues.Read(plain.Transform(proteins), "Score"), RowValues.Read(renamed.Transform(others), "Score"));
    }

    [Fact]
    public void LoadPretrained_InAPredictionEngine_GivesWhatABatchGives()
    {
        using var model = ProteinLocalizer.LoadPretrained(_context);
        IDataView located = model.Transform(_context.Data.LoadProteins(WellKnown.Path));
        using var engine = _context.Model.CreatePredictionEngine<Protein, Prediction>(model);

        foreach (var (sequence, predicted, confidence) in located.GetColumn<string>("Sequence").Zip(located.GetColumn<string>("PredictedLabel"), located.GetColumn<float>("Confidence")))
        {
            Prediction one = engine.Predict(new Protein { Sequence = sequence });
            Assert.Equal(predicted, one.PredictedLabel);
            Assert.Equal(confidence, one.Confidence, 1e-4);
        }
    }

    [Fact]
    public async Task Save_AndLoadInAnotherProcess_GivesTheSameWithoutLibtorch()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".zip");
        try
        {
            string sequence = _context.Data.LoadProteins(WellKnown.Path).GetColumn<string>("Sequence").First();
            IDataView data = _context.Data.LoadFromEnumerable([new Protein { Sequence = sequence }]);
            using var model = ProteinLocalizer.LoadPretrained(_context, new ProteinLocalizerOptions { Threshold = 0.2f });
            _context.Model.Save(model, data.Schema, path);

            var (exitCode, output) = await TestProgram.RunAsync(path, sequence);

            Assert.True(exitCode == 0, output);
            IDataView located = model.Transform(data);
            int bits = BitConverter.SingleToInt32Bits(located.GetColumn<float>("Confidence").Single());
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{located.GetColumn<string>("PredictedLabel").Single()} {bits:x8} False"), output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void LoadPretrained_WithAnOptionOutOfItsRange_IsRefused()
    {
        ProteinLocalizerOptions[] bad =
        [
            new() { Threshold = 1.5f },
            new() { Threshold = float.NaN },
            new() { Threads = -1 },
            new() { Quality = (PretrainedQuality)9 },
        ];

        Assert.All(bad, options => Assert.Throws<ArgumentOutOfRangeException>(() => ProteinLocalizer.LoadPretrained(_context, options)));
        Assert.Throws<ArgumentException>(() => ProteinLocalizer.LoadPretrained(_context, new ProteinLocalizerOptions { SequenceColumnName = "" }));
    }

    [Fact]
    public void LoadPretrained_OfEachQuality_LoadsAnotherModel()
    {
        using var fast = ProteinLocalizer.LoadPretrained(_context);
        using var best = ProteinLocalizer.LoadPretrained(_context, new ProteinLocalizerOptions { Quality = PretrainedQuality.Best });

        Assert.Equal(1, ProteinLocalizer.ReadInfo().Networks);
        Assert.True(ProteinLocalizer.ReadInfo(PretrainedQuality.Best).Networks > 1);
        Assert.Equal("the best pretrained model", PretrainedModel.NameOf(PretrainedQuality.Best));
    }

    public sealed class Protein
    {
        public string Sequence { get; set; } = "";
    }

    public sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";

        public float Confidence { get; set; }
    }
}
