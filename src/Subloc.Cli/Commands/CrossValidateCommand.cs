using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Display;
using Subloc.Cli.Failures;
using Subloc.Cli.Files;
using Subloc.Cli.Reports;
using Subloc.Cli.Training;
using Subloc.MLNet.Data;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc crossvalidate</c>.</summary>
internal sealed class CrossValidateCommand : DocumentedCommand
{
    private const int SyntheticCount = 1000;
    private const int SyntheticLength = 400;
    private const int SyntheticEpochs = 20;

    private readonly WholeNumberOption _folds = new("--folds", 2,
        "Folds into which whole homology partitions are dealt, or proteins at random where there are none. Default: one for each partition, up to 20 of them, else 5.");

    private readonly WholeNumberOption _fold = new("--fold", 1,
        "Run only the fold of this number, counted from 1. With one --checkpoint DIR for all, processes or machines share the folds, and the command with --resume and without --fold puts them together.");

    private readonly WholeNumberOption _members = new("--members", 1,
        "Networks trained for each fold, with seeds one apart from --seed on; the mean of their logits predicts. Default 1.");

    private readonly Option<string[]> _others = new("--average-with")
    {
        Description = "Also average with what other cross-validations predicted for the same folds: files that --predictions wrote.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _classOffsets = new("--class-offsets")
    {
        Description = "Add to each compartment's logit what serves accuracy, counted twice, and macro F1 on the other folds best, so that rare ones are named more often.",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Also keep the model of each fold; each gets its own file, such as MODEL-fold1.zip, with --members MODEL-fold1-member1.zip.",
        HelpName = "MODEL",
    };

    private readonly Option<string?> _predictions = LabelledCsv.MakeOption();
    private readonly DataOptions _data;
    private readonly TrainingOptions _training;
    private readonly CheckpointingOptions _checkpointing;
    private readonly RunOptions _run;

    public CrossValidateCommand(CommandHost host)
        : base("crossvalidate", "Measures how well a network predicts proteins that it has not seen: trains once for each fold, on all other folds.",
            """
            In: labelled proteins as for train. Where they have homology partitions, folds are made of whole ones, so that no
            relative of a held-out protein is learned from. Without, folds are random, and read too high where proteins are related.
            Without --data, 1000 generated synthetic proteins are used, with --length 400 and --epochs 20: a try-out of a minute or two.
            Out: a table of metrics for each fold, their mean and deviation, and what guessing reaches.
            With --checkpoint DIR each fold has a folder in it; --resume takes the models of finished folds from there and goes on.
            With --members the folders are DIR/member-1 and so on, each as of a cross-validation of its own with the member's seed.

            Examples: subloc crossvalidate --data part0.csv part1.csv part2.csv --network cnn1 --json result.json
                      subloc crossvalidate --data part0.csv part1.csv part2.csv --network descriptors --predictions other.csv
                      subloc crossvalidate --data part0.csv part1.csv part2.csv --network subloc --average-with other.csv --class-offsets
            """)
    {
        _data = new DataOptions(this, isLabelled: true,
            new Option<string[]>("--data") { Description = "Files with labelled proteins, read as one set." }, isPartitioned: true);
        Add(_output);
        Add(_predictions);
        Add(_folds);
        Add(_fold);
        Add(_members);
        Add(_others);
        Add(_classOffsets);
        _training = new TrainingOptions(this, hasFolds: true);
        _checkpointing = new CheckpointingOptions(this);
        _run = new RunOptions(this, computes: true);
        SetAction(request => host.Run(_run.IsQuiet(request), session => CrossValidate(request, session)));
    }

    private int CrossValidate(ParseResult request, Session session)
    {
        DataRequest data = _data.Read(request);
        bool isSynthetic = data.Files.Count == 0;
        TrainingPlan plan = isSynthetic ? _training.Read(request, _run, SyntheticLength, SyntheticEpochs) : _training.Read(request, _run);
        string[] others = request.GetValue(_others) ?? [];
        string[] inputs = [.. data.Files, .. plan.InputFiles, .. others];
        JsonFile json = _run.Json(request, inputs, request.GetValue(_predictions));
        if (request.GetValue(_classOffsets) && request.GetValue(_fold) is not null)
            throw new RequestException("--class-offsets are fitted on the other folds, so it does not go with --fold; run all of them, with --resume those that are finished.");
        LabelledCsv csv = LabelledCsv.Prepare(request.GetValue(_predictions));
        int members = request.GetValue(_members) ?? 1;
        IReadOnlyList<CheckpointOptions?> checkpoints = [.. _checkpointing.ReadForFolds(request, members, request.GetValue(_fold))];
        if (_training.History(request) is { } history)
            OutputFile.Prepare(history);
        if (request.GetValue(_output) is { } model)
            OutputFile.Prepare(model);

        long start = Stopwatch.GetTimestamp();
        plan.CheckDevice();
        var context = new MLContext(plan.Seed);
        ProteinSource source = isSynthetic
            ? ProteinSource.Generate(context, new SyntheticProteinOptions { Seed = plan.Seed, MaxLength = SyntheticLength, Count = SyntheticCount })
            : ProteinSource.Open(context, data);
        _training.CheckProfiles(request, source);
        plan.Embeddings?.CheckSource(source);
        DataSurvey survey = DataSurvey.Of(source, session.Cancellation);
        SurveyReport.Print(session.Terminal, source, survey, plan.ResiduesSeen);
        source = plan.Join(context, source);
        IDataView proteins = LabelledProteins.Map(context, source, survey);
        IReadOnlyList<Fold> folds = FoldChoice.Make(context, proteins, survey, (request.GetValue(_folds), plan.Seed), session.Terminal);

        int? only = request.GetValue(_fold);
        if (only > folds.Count)
            throw new RequestException($"--fold {only} is not one of the {folds.Count} folds; name one from 1 to {folds.Count}.");

        Fold[] asked = [.. folds.Where((_, index) => only is null || only == index + 1)];
        var validation = new CrossValidation(context, plan, survey, source.HasSequences, checkpoints)
        {
            Histories = Fold.Files(_training.History(request), folds.Count, members),
            Models = Fold.Files(request.GetValue(_output), folds.Count, members),
            Others = [.. others.Select(file => OtherPredictions.Read(file, [.. survey.Classes.Keys], asked.Select(fold => fold.Name)))],
        };
        CheckOthers(validation.Others, asked, [.. survey.Classes.Keys], session.Cancellation);
        _run.Json(request, inputs, [.. validation.Histories.SelectMany(fold => fold), .. validation.Models.SelectMany(fold => fold), request.GetValue(_predictions)]); // Whether one of them falls onto the data is known only now.
        TrainingDisplay display = session.Terminal.MakeTrainingDisplay();
        TrainingNotes.Show(context, display);
        bool isComplete = false;
        display.Watch(() => isComplete = validation.Run(folds, only, display, session.Cancellation));
        if (validation.Results.Count == 0)
            throw WhyIncomplete(validation, folds.Count, _checkpointing.Folder(request));

        FoldCalibration? calibration = validation.Calibrate(request.GetValue(_classOffsets));
        LocalizationMetrics pooled = validation.Pooled();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        csv.Write([.. survey.Classes.Keys], validation.HeldOut);
        Report(session.Terminal, validation.Results, pooled);
        if (calibration is not null)
        {
            session.Terminal.Line(Describe(calibration, pooled));
            if (calibration.Offsets is { } offsets)
                session.Terminal.Line($"Class offsets of all folds, in the results above fitted on the other folds: {ClassOffsets.Describe(pooled.ClassNames, offsets.OfAll)}.");
        }

        json.Write(MakeJson((validation, pooled, calibration, others), plan, SurveyReport.Json(source, survey), isComplete && only is null, seconds));
        if (!isComplete)
            throw WhyIncomplete(validation, folds.Count, _checkpointing.Folder(request));

        session.Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{(only is null ? $"{folds.Count} folds" : $"Fold {only} of {folds.Count}")} in {seconds / 60:F1} minutes."));
        return 0;
    }

    // Before hours of training.
    private static void CheckOthers(IReadOnlyList<OtherPredictions> others, IReadOnlyList<Fold> folds, IReadOnlyList<string> classNames, CancellationToken cancellation)
    {
        if (others.Count == 0)
            return;
        foreach (Fold fold in folds)
        {
            IReadOnlyList<(string, string)> proteins = Predictions.ReadProteins(fold.HeldOut, classNames, cancellation);
            foreach (OtherPredictions other in others)
                other.Check(fold.Name, proteins);
        }
    }

    private static Exception WhyIncomplete(CrossValidation validation, int folds, string? checkpoints)
    {
        int finished = validation.Results.Count;
        if (validation.Error is { } error)
        {
            string kept = finished == 0 ? "" : "; the result holds the finished ones only";
            return new InvalidOperationException($"Fold {validation.Begun} of {folds} failed{kept}: {Failure.Of(error).Sentence}", error);
        }

        string advice = checkpoints is null ? "" : $"; --resume goes on from {checkpoints}";
        return new OperationCanceledException(finished == 0
            ? $"Cancelled before the first fold was finished, so there is no result{advice}."
            : $"Cancelled after {finished} of {folds} folds; the result holds the finished ones only{advice}.");
    }

    private static void Report(Terminal terminal, IReadOnlyList<FoldResult> folds, LocalizationMetrics pooled)
    {
        terminal.Line();
        terminal.Show(CrossValidationReport.Table(folds, pooled));
        terminal.Line();
        terminal.Show(MetricsTables.PerClass(pooled));
    }

    private static string Describe(FoldCalibration calibration, LocalizationMetrics pooled) => string.Create(
        CultureInfo.InvariantCulture,
        $"Expected calibration error {pooled.ExpectedCalibrationError:F3}, and {calibration.Metrics.ExpectedCalibrationError:F3} with temperatures fitted on the other folds; temperature of all folds {calibration.Temperature:F3}.");

    private static JsonObject MakeJson(
        (CrossValidation Validation, LocalizationMetrics Pooled, FoldCalibration? Calibration, string[] Others) result, TrainingPlan plan, JsonObject data, bool isComplete, double seconds)
    {
        JsonObject json = CrossValidationReport.Json(result.Validation.Results, result.Pooled);
        json["calibration"] = result.Calibration is { } calibration ? CrossValidationReport.Json(calibration) : null;
        json["averagedWith"] = JsonFile.Node(result.Others);
        json["complete"] = isComplete;
        json["settings"] = JsonFile.Node(plan);
        json["seed"] = plan.Seed;
        json["data"] = data;
        json["seconds"] = JsonFile.Number(seconds);
        json["versions"] = JsonFile.Node(PackageVersions.All);
        return json;
    }
}
