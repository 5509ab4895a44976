using System.Text.Json.Nodes;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Tests.Results;

public sealed class ResultFileTests
{
    [Fact]
    public void Parse_OfEachKind_TellsItAndDrawsWhatItCan()
    {
        ResultFile crossValidation = Parse(SampleReports.CrossValidation()), evaluation = Parse(SampleReports.Evaluation()), prediction = Parse(SampleReports.Prediction());

        Assert.Equal((ResultKind.CrossValidation, 9832), (crossValidation.Kind, crossValidation.Count));
        Assert.Equal(["confusion-shares", "confusion-counts", "reliability", "training-curves", "class-composition", "lengths"], crossValidation.DrawPictures().Select(picture => picture.Name));
        Assert.Equal((ResultKind.Evaluation, "model.onnx"), (evaluation.Kind, evaluation.Model));
        Assert.Equal(["confusion-shares", "confusion-counts", "precision-recall", "roc", "reliability", "class-composition", "lengths"], evaluation.DrawPictures(SampleReports.Proteins(50)).Select(picture => picture.Name));
        Assert.Equal((ResultKind.Prediction, "subloc predict --input proteome.fasta"), (prediction.Kind, prediction.Command));
        Assert.Equal(["class-composition"], prediction.DrawPictures(SampleReports.Proteins(3, hasLabels: false)).Select(picture => picture.Name));
    }

    [Fact]
    public void Parse_OfAnOlderVersion_LeavesOutWhatItLacks()
    {
        JsonObject json = SampleReports.CrossValidation();
        json.Remove("command");
        json.Remove("calibration");
        json["data"]!["lengths"]!.AsObject().Remove("bins");
        foreach (JsonNode? fold in json["folds"]!.AsArray())
            fold!.AsObject().Remove("history");

        ResultFile result = Parse(json);

        Assert.Null(result.Command);
        Assert.Equal(["confusion-shares", "confusion-counts", "reliability", "class-composition"], result.DrawPictures().Select(picture => picture.Name));
        Assert.Contains("0.712 ± 0.013", new MLNet.Reports.Html.HtmlReport { Result = result }.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "r.json: this is not a result of 'subloc crossvalidate', 'evaluate' or 'predict'; make one with --json.")]
    [InlineData("null", "r.json: the result cannot be read: it is empty.")]
    [InlineData("""{"n":"many","predicted":{}}""", "r.json: the result cannot be read: ")]
    [InlineData("""{"n":1,"perClass":{},"confusionMatrix":{"classes":["a","b"],"rows":[[1,2]]}}""", "r.json: the result cannot be read: the confusion matrix does not have a row and a column for each of its 2 compartments.")]
    [InlineData("""{"n":1,"perClass":{},"confusionMatrix":{"classes":["a"],"rows":null}}""", "r.json: the result cannot be read: ")]
    [InlineData("""{"n":1,"perClass":{},"confusionMatrix":{"classes":["a"]}}""", "r.json: the result cannot be read: ")]
    [InlineData("""{"n":1,"perClass":{},"confusionMatrix":{"classes":["a"],"rows":[[-1]]}}""", "r.json: the result cannot be read: ")]
    [InlineData("""{"n":1,"perClass":{},"confusionMatrix":{"classes":["a"],"rows":[[1]]},"calibration":{"temperature":1,"classOffsets":[0,1]}}""", "r.json: the result cannot be read: there are 2 class offsets for 1 compartments.")]
    [InlineData("""{"n":1,"predicted":{},"data":{"name":"d","lengths":{"bins":[{"from":0,"below":3,"count":1}]}}}""", "r.json: the result cannot be read: a bin of lengths must begin at 1 or above")]
    public void Parse_OfSomethingElse_SaysWhatIsWrong(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => ResultFile.Parse(json, "r.json")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "x.json: the explanations cannot be read; write them with 'subloc predict --explain-output FILE.json'")]
    [InlineData("""[{"id":"a","sequence":"MK","probability":1,"method":"m","class":"c","importance":[1],"motifs":[]}]""", "x.json: protein a has 2 residues, but 1 values of importance.")]
    [InlineData("""[{"id":"a","sequence":"MK","probability":1,"method":"m","class":"c","importance":[1,2],"motifs":[{"rule":"r","start":2,"end":3,"reason":""}]}]""", "x.json: protein a has 2 residues, but a motif from 2 to 3.")]
    [InlineData("""[{"id":"a","sequence":"M","probability":1,"method":"m","class":"c","importance":[1e999],"motifs":[]}]""", "x.json: ")]
    [InlineData("""[{"id":"a","sequence":null,"probability":1,"method":"m","class":"c","importance":[1],"motifs":[]}]""", "x.json: the explanations cannot be read")]
    public void Explanations_OfSomethingElse_SayWhatIsWrong(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => Explanations.Parse(json, "x.json")).Message, StringComparison.Ordinal);

    private static ResultFile Parse(JsonObject json) => ResultFile.Parse(json.ToJsonString(), "r.json");
}
