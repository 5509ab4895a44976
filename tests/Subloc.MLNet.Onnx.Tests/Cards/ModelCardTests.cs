using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;

namespace Subloc.MLNet.Onnx.Tests.Cards;

[Collection(TorchTests.Name)]
public sealed class ModelCardTests
{
    [Fact]
    public void Parse_OfWhatToJsonGave_IsTheSameCard()
    {
        ModelCard card = MakeCard();

        ModelCard read = ModelCard.Parse(card.ToJson(), "card");

        Assert.Equal(card.ToJson(), read.ToJson());
        Assert.Equal(card.ToMarkdown(), read.ToMarkdown());
        Assert.Equal(["Golgi"], read.WeakClasses.Select(one => one.Name));
    }

    [Fact]
    public void Read_OfAnExportedModel_GivesTheCardThatWasPutIn()
    {
        using ProteinNetworkModel model = RandomModel.Make(SeedNetworks.Get("cnn1").Config, 100, spread: false);
        using var stream = new MemoryStream();
        model.AsTransformer().ExportToOnnx(stream, new ProteinOnnxExportOptions { Card = MakeCard() });

        Assert.Equal(MakeCard().ToJson(), ModelCard.Read(stream.ToArray(), "model")!.ToJson());
        Assert.Null(ModelCard.Read(TinyModelFile.Make(), "model"));
    }

    [Fact]
    public void ToMarkdown_OfACard_HoldsEveryPart() => Assert.Equal(
        """
        # Model card: two

        ## Purpose

        Tells two places.

        ## Must not be used for

        - Medicine.

        - Bacteria.

        ## Data

        Five proteins.

        | held out | proteins |
        | --- | ---: |
        | partition 0 | 3 |
        | partition 1 | 2 |

        ## Method

        By guessing.

        ## Results

        Mean and standard deviation over 2 folds, of proteins that the network had not seen, beside always naming the most frequent compartment.

        | metric | model | majority |
        | --- | ---: | ---: |
        | accuracy | 0.600 ± 0.010 | 0.500 |
        | logLoss | 0.700 | 0.690 |

        ## Compartments

        Precision: how many of the proteins that are predicted there reside there. Recall: how many of those that reside there are found. In brackets Wilson's 95 % intervals, which take proteins as independent and say nothing about the spread between trainings.

        Weak, with an F1 below 0.5: Golgi.

        | compartment | n | predicted | precision | recall | F1 |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | Nucleus | 3 | 3 | 0.667 [0.208, 0.939] | 0.667 [0.208, 0.939] | 0.667 |
        | Golgi | 2 | 2 | 0.500 [0.095, 0.905] | 0.500 [0.095, 0.905] | 0.490 |

        ## Calibration

        Expected calibration error 0.020 over 15 bins, 0.080 before temperature scaling; each fold's temperature was fitted on the other folds. Log-loss 0.680. The model's own temperature is 1.250.

        | largest probability | proteins | mean probability | right | share that is right |
        | --- | ---: | ---: | ---: | ---: |
        | 0.53-0.60 | 5 | 0.580 | 0.600 | ################## |

        ## Confusion matrix

        Rows: where proteins reside. Columns, in the same order: where they are predicted.

        | compartment | 1 | 2 |
        | --- | ---: | ---: |
        | 1 Nucleus | 2 | 1 |
        | 2 Golgi | 1 | 1 |

        ## Speed

        Fast.

        ## Licence

        MIT.

        """.ReplaceLineEndings("\n"),
        MakeCard().ToMarkdown());

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "has format 2, this version reads 1")]
    [InlineData("\"purpose\"", "\"porpoise\"", "cannot be read")]
    [InlineData("\"classes\": [", "\"classes\": null, \"x\": [", "cannot be read")]
    [InlineData("\"name\": \"Golgi\"", "\"name\": 3", "cannot be read")]
    [InlineData("{", "[", "cannot be read")]
    public void Parse_OfADamagedCard_SaysSo(string part, string other, string sentence)
    {
        string json = MakeCard().ToJson();
        Assert.Contains(part, json, StringComparison.Ordinal);

        var error = Assert.Throws<InvalidDataException>(() => ModelCard.Parse(json.Replace(part, other, StringComparison.Ordinal), "card.json"));

        Assert.StartsWith("card.json: the model card", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfAMatrixThatDoesNotFit_SaysSo()
    {
        string json = (MakeCard() with { ConfusionMatrix = [[1, 2]] }).ToJson();

        Assert.Contains("confusion matrix", Assert.Throws<InvalidDataException>(() => ModelCard.Parse(json, "card.json")).Message, StringComparison.Ordinal);
    }

    private static ModelCard MakeCard() => new()
    {
        Format = ModelCard.CurrentFormat,
        Name = "two",
        Purpose = "Tells two places.",
        Data = "Five proteins.",
        Folds = new Dictionary<string, int> { ["partition 0"] = 3, ["partition 1"] = 2 },
        Method = "By guessing.",
        Metrics = [new("accuracy", 0.6, 0.01, 0.5), new("logLoss", 0.7, null, 0.69)],
        Classes = [MakeClass("Nucleus", 2, 3, 2 / 3.0), MakeClass("Golgi", 1, 2, 0.49)],
        ConfusionMatrix = [[2, 1], [1, 1]],
        Calibration = new(1.25, 0.08, 0.02, 0.68, [new(8 / 15.0, 9 / 15.0, 5, 0.58, 0.6), new(9 / 15.0, 10 / 15.0, 0, 0, 0)]),
        Speed = "Fast.",
        Limits = ["Medicine.", "Bacteria."],
        Licence = "MIT.",
    };

    private static CardClass MakeClass(string name, int right, int count, double f1) => new()
    {
        Name = name,
        Count = count,
        PredictedCount = count,
        Precision = (double)right / count,
        PrecisionInterval = ConfidenceInterval.OfShare(right, count),
        Recall = (double)right / count,
        RecallInterval = ConfidenceInterval.OfShare(right, count),
        F1 = f1,
    };
}
