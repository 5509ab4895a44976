using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Display;
using Subloc.Cli.Files;
using Subloc.Cli.Reports;
using Subloc.Cli.Training;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc evaluate</c>.</summary>
internal sealed class EvaluateCommand : DocumentedCommand
{
    private readonly ModelOptions _model;
    private readonly DataOptions _data;
    private readonly Option<string?> _predictions = LabelledCsv.MakeOption();
    private readonly EmbeddingOptions _embeddings;
    private readonly RunOptions _run;

    public EvaluateCommand(CommandHost host)
        : base("evaluate", "Measures a model on proteins whose compartments are known and which it was not trained on.",
            """
            In: a model (without --model the pretrained one) and labelled proteins (FASTA, CSV, TSV or NPZ, also compressed with gzip).
            A model of embeddings needs those of the proteins: --embeddings, or --language-model, which computes them.
            Out: accuracy, macro F1, Gorodkin's correlation and log-loss beside what guessing reaches, a table of compartments, and one that
            says how often predictions are right that were made with some probability.

            Example: subloc evaluate --model model.zip --data held-out.fasta --json metrics.json
            """)
    {
        _model = new ModelOptions(this);
        _data = new DataOptions(this, isLabelled: true,
            new Option<string[]>("--data") { Description = "Files with labelled proteins, read as one set.", Required = true });
        Add(_predictions);
        _embeddings = new EmbeddingOptions(this);
        _run = new RunOptions(this, computes: true);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Evaluate(request, session)));
    }

    private void Evaluate(ParseResult request, Session session)
    {
        DataRequest data = _data.Read(request);
        EmbeddingRequest? embeddings = _embeddings.Read(request, _run);
        JsonFile json = _run.Json(request, [.. _model.Files(request), .. data.Files, .. embeddings?.Files ?? []], request.GetValue(_predictions));
        LabelledCsv csv = LabelledCsv.Prepare(request.GetValue(_predictions));
        var context = new MLContext(0);
        using LoadedModel model = _model.Open(request, context);
        model.TakeEmbeddings(embeddings);
        model.Place(_run.Device(request), _run.Threads(request));

        ProteinSource source = ProteinSource.Open(context, data);
        DataSurvey survey = DataSurvey.Of(source, session.Cancellation);
        int foreign = CheckLabels(source, survey, model, data.Options.Lenient);
        var predictions = new Predictions(model.Description.ClassNames);
        predictions.Add(model.Score(context, source, session.Cancellation), session.Cancellation);
        LocalizationMetrics metrics = predictions.Measure(new LocalizationEvaluationOptions { TrainingClassCounts = TrainingCounts(model) });

        csv.Write(model.Description.ClassNames, [(null, predictions)]);
        Report(session.Terminal, survey, metrics, foreign);
        JsonObject result = MetricsJson.Of(metrics);
        result["model"] = model.Path;
        result["data"] = SurveyReport.Json(source, survey);
        result["foreignLabelsSkipped"] = foreign;
        result["versions"] = JsonFile.Node(PackageVersions.All);
        json.Write(result);
    }

    private static Dictionary<string, int>? TrainingCounts(LoadedModel model) => model.Description.Training is not { } training ? null
        : model.Description.ClassNames.Zip(training.ClassCounts).ToDictionary(pair => pair.First, pair => pair.Second);

    private static int CheckLabels(ProteinSource source, DataSurvey survey, LoadedModel model, bool isLenient)
    {
        if (survey.Proteins == 0)
            throw new InvalidDataException($"{source.Name}: no usable protein is left, so there is nothing to evaluate.");

        string[] foreign = [.. survey.Classes.Keys.Where(name => !model.Description.ClassNames.Contains(name))];
        int count = foreign.Sum(name => survey.Classes[name]);
        string classes = string.Join(", ", model.Description.ClassNames);
        if (foreign.Length > 0 && !isLenient)
        {
            throw new InvalidDataException(
                $"{source.Name}: {count} proteins are labelled '{foreign[0]}'{(foreign.Length > 1 ? " and others" : "")}, which the model does not know; "
                + $"its classes are {classes}; correct the labels, or skip such proteins with --lenient.");
        }

        return count < survey.Proteins ? count : throw new InvalidDataException(
            $"{source.Name}: no protein has a label that the model knows; its classes are {classes}.");
    }

    private static void Report(Terminal terminal, DataSurvey survey, LocalizationMetrics metrics, int foreign)
    {
        SurveyReport.PrintLeft(terminal, survey.Left);
        if (foreign > 0)
            terminal.Line($"Skipped: {foreign} proteins whose label is no class of the model.");
        terminal.Show(MetricsTables.Overall(metrics));
        terminal.Line();
        terminal.Show(MetricsTables.PerClass(metrics));
        terminal.Line();
        terminal.Show(MetricsTables.Reliability(metrics));
        terminal.Line();
        terminal.Line($"Expected calibration error {MetricsTables.Text(metrics.ExpectedCalibrationError)}, over {metrics.ReliabilityBins.Count} bins.");
    }
}
