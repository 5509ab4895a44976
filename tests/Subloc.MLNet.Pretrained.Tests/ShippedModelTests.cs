using System.Globalization;
using System.Text.RegularExpressions;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Cards;

namespace Subloc.MLNet.Pretrained.Tests;

/// <summary>What is shipped fits together: model, card and the text of the card.</summary>
public sealed class ShippedModelTests
{
    private static readonly string _project = Path.Combine(WellKnown.Root, "src", "Subloc.MLNet.Pretrained");

    [Fact]
    public void Files_OfTheModels_AreSmall() => Assert.All(
        Directory.GetFiles(Path.Combine(_project, "Models"), "*.onnx"), file => Assert.InRange(new FileInfo(file).Length, 1, 8_000_000));

    [Fact]
    public void ModelCard_TheFile_IsTheTextOfTheModelsOwn() =>
        Assert.Equal(ProteinLocalizer.ReadCard().ToMarkdown(), File.ReadAllText(Path.Combine(_project, "MODEL_CARD.md")).ReplaceLineEndings("\n"));

    [Theory]
    [InlineData(PretrainedQuality.Best)]
    [InlineData(PretrainedQuality.Fast)]
    public void ModelCard_IsOfThisModel(PretrainedQuality quality)
    {
        OnnxModelInfo info = ProteinLocalizer.ReadInfo(quality);
        ModelCard card = ProteinLocalizer.ReadCard(quality);

        Assert.Equal(info.ClassNames, card.Classes.Select(one => one.Name));
        Assert.Equal(card.Calibration!.Temperature, info.Temperature);
        Assert.Equal(card.Calibration.Offsets, info.ClassOffsets);
        Assert.InRange(card.Folds.Count, 2, 20);
        Assert.Equal(card.Folds.Values.Sum(), card.ConfusionMatrix.Sum(row => row.Sum()));
        Assert.True(card.Folds.Values.Sum() <= info.Training.GetProperty("rows").GetInt32() + info.Training.GetProperty("validationRows").GetInt32());
        Assert.DoesNotContain("Not stated", card.Licence, StringComparison.Ordinal);
        Assert.DoesNotContain("Not measured", card.Speed, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelCards_SayThatTheBestIsRightMoreOftenAndTheFastIsFaster()
    {
        double Accuracy(PretrainedQuality quality) => ProteinLocalizer.ReadCard(quality).Metrics.Single(metric => metric.Name == "accuracy").Mean;
        int Speed(PretrainedQuality quality) => int.Parse(
            Regex.Match(ProteinLocalizer.ReadCard(quality).Speed, @"\((\d+) a second\)").Groups[1].Value, CultureInfo.InvariantCulture);

        Assert.True(Accuracy(PretrainedQuality.Best) > Accuracy(PretrainedQuality.Fast));
        Assert.True(Speed(PretrainedQuality.Fast) > Speed(PretrainedQuality.Best));
    }

    // Accuracy is the diagonal of the confusion matrix; the mean of the folds lies beside it.
    [Theory]
    [InlineData(PretrainedQuality.Best)]
    [InlineData(PretrainedQuality.Fast)]
    public void ModelCard_Numbers_AgreeWithEachOther(PretrainedQuality quality)
    {
        ModelCard card = ProteinLocalizer.ReadCard(quality);
        int right = card.ConfusionMatrix.Select((row, k) => row[k]).Sum();

        Assert.Equal((double)right / card.Folds.Values.Sum(), card.Metrics.Single(metric => metric.Name == "accuracy").Mean, 0.01);
        Assert.Equal(card.Folds.Values.Sum(), card.Calibration!.Bins.Sum(bin => bin.Count));
        Assert.All(card.Classes.Index(), one =>
        {
            Assert.Equal(one.Item.Count, card.ConfusionMatrix[one.Index].Sum());
            Assert.Equal(one.Item.PredictedCount, card.ConfusionMatrix.Sum(row => row[one.Index]));
            Assert.True(one.Item.RecallInterval.Contains(one.Item.Recall) && one.Item.PrecisionInterval.Contains(one.Item.Precision), one.Item.Name);
        });
    }
}
