using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Pretrained;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Examples.Tests;

public sealed class NotebookDisplayTests
{
    private const string Script = "<script>alert(1)</script>";
    private const string Escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";

    private static LocalizationMetrics Metrics { get; } = LocalizationMetrics.From(
        [0, 0, 0, 1], [0, 0, 1, 1], [0.9f, 0.1f, 0.8f, 0.2f, 0.4f, 0.6f, 0.3f, 0.7f], ["Nucleus", Script]);

    [Fact]
    public void Metrics_Displayed_ShowModelBesideBaselines()
    {
        string html = Show(Metrics);

        Assert.Contains("4 proteins", html, StringComparison.Ordinal);
        Assert.Matches("<td[^>]*>accuracy</td><td[^>]*>0.750</td><td[^>]*>0.750</td>", html);
        Assert.Matches("<td[^>]*>Nucleus</td><td[^>]*>3</td><td[^>]*>2</td><td[^>]*>1.000</td><td[^>]*>0.667</td>", html);
    }

    [Fact]
    public void ConfusionMatrix_Displayed_ShadesRightBlueAndWrongOrange()
    {
        string html = Show(Metrics.ConfusionMatrix);

        Assert.Matches("<td[^>]*>1 Nucleus</td><td[^>]*rgba\\(0,114,178,0.40\\)[^>]*>2</td><td[^>]*rgba\\(213,94,0,0.20\\)[^>]*>1</td>", html);
    }

    [Fact]
    public void Training_Displayed_HasFourCurves()
    {
        string html = Show(new TrainingSummary
        {
            Rows = 90,
            ValidationRows = 10,
            ValidationSplit = "partition",
            ClassCounts = [50, 40],
            BestEpoch = 2,
            History = [new EpochResult(1, 2, 0.5, 2.5, 0.25, 1), new EpochResult(2, 1, 0.75, 2, 0.5, 1)],
            Cancelled = false,
            Seed = 1,
            BatchSize = 16,
            LearningRate = 0.001,
            Seconds = 2,
            DataHash = "",
        });

        Assert.Contains("90 proteins learned from, 10 kept for validation; best epoch 2 of 2; 2.0 s", html, StringComparison.Ordinal);
        Assert.Equal(5, html.Split("<polyline points=\"").Length);

        // From loss 2 at the first epoch to the least one, 1, at the bottom right.
        Assert.Contains("<polyline points=\"40.0,76.7 310.0,180.0\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Prediction_Displayed_ShowsTheMostProbableFirst_AndRunsNothing()
    {
        var mlContext = new MLContext();
        IDataView protein = mlContext.Data.LoadFromEnumerable([new Protein { Id = Script, Sequence = "MKRLLLLAVLLAFLSAASAQ", Label = "Nucleus" }]);
        using var model = ProteinLocalizer.LoadPretrained(mlContext);

        LocatedProteins located = mlContext.Data.PreviewLocations(model.Transform(protein));

        LocatedProtein one = Assert.Single(located);
        Assert.Equal((Script, "Nucleus", one.Probabilities[0].Key), (one.Id, one.Label, one.PredictedLabel));
        Assert.Equal(1, one.Probabilities.Sum(pair => pair.Value), 1e-4);
        Assert.Equal(one.Probabilities.OrderByDescending(pair => pair.Value), one.Probabilities);
        Assert.Contains("(known: Nucleus)", Show(one), StringComparison.Ordinal);
        Assert.Contains(Escaped, Show(located), StringComparison.Ordinal);
    }

    [Fact]
    public void PreviewLocations_MoreRowsThanAskedFor_StopsThere()
    {
        var mlContext = new MLContext();
        using var model = ProteinLocalizer.LoadPretrained(mlContext);
        IDataView scored = model.Transform(mlContext.Data.LoadProteins(Repository.PathOf("examples", "data", "wellknown.fasta")));

        Assert.Equal(["P69905", "P68871"], mlContext.Data.PreviewLocations(scored, 2).Select(protein => protein.Id));
        Assert.Throws<ArgumentOutOfRangeException>(() => mlContext.Data.PreviewLocations(scored, 0));
    }

    private static string Show(object value)
    {
        Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(value.GetType()).First());
        string html = value.ToDisplayString("text/html");
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        return html;
    }

    private sealed class Protein
    {
        public string Id { get; set; } = "";
        public string Sequence { get; set; } = "";
        public string Label { get; set; } = "";
    }
}
