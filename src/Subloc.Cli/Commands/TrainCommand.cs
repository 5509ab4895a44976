using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Display;
using Subloc.Cli.Files;
using Subloc.Cli.Reports;
using Subloc.Cli.Training;
using Subloc.MLNet.Data;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc train</c>.</summary>
internal sealed class TrainCommand : DocumentedCommand
{
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The model file to write.",
        HelpName = "MODEL",
        Required = true,
    };

    private readonly DataOptions _data;
    private readonly TrainingOptions _training;
    private readonly CheckpointingOptions _checkpointing;
    private readonly RunOptions _run;

    public TrainCommand(CommandHost host)
        : base("train", "Trains a network on proteins of known compartments and saves it as a model.",
            """
            In: proteins with labels, as FASTA (>ACCESSION Compartment-U), CSV or TSV (columns accession, sequence, label and, where
            known, partition) or NPZ profiles, also compressed with gzip. Without --data, generated synthetic proteins are used.
            With --language-model or --embeddings the network, mlp or light-attention, learns from embeddings of the sequences instead.
            Out: one model file, which evaluate, predict and info read.

            Ctrl-C ends the training and saves the best model so far; a second one ends the program at once. With --checkpoint DIR the same
            command with --resume goes on, after a crash or kill too, and ends with the weights of an uninterrupted training.

            Example: subloc train --data proteins.csv --network cnn1 --output model.zip
            """)
    {
        _data = new DataOptions(this, isLabelled: true,
            new Option<string[]>("--data") { Description = "Files with labelled proteins, read as one set." }, isPartitioned: true);
        Add(_output);
        _training = new TrainingOptions(this, hasFolds: false);
        _checkpointing = new CheckpointingOptions(this);
        _run = new RunOptions(this, computes: true);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Train(request, session)));
    }

    private void Train(ParseResult request, Session session)
    {
        TrainingPlan plan = _training.Read(request, _run);
        DataRequest data = _data.Read(request);
        OutputFile output = OutputFile.Prepare(request.GetValue(_output)!);
        string? history = _training.History(request);
        JsonFile json = _run.Json(request, [.. data.Files, .. plan.InputFiles], request.GetValue(_output), history);
        if (history is not null)
            OutputFile.Prepare(history);
        CheckpointOptions? checkpoint = _checkpointing.Read(request);

        plan.CheckDevice();
        var context = new MLContext(plan.Seed);
        ProteinSource source = data.Files.Count == 0
            ? ProteinSource.Generate(context, new SyntheticProteinOptions { Seed = plan.Seed })
            : ProteinSource.Open(context, data);
        _training.CheckProfiles(request, source);
        plan.Embeddings?.CheckSource(source);
        DataSurvey survey = DataSurvey.Of(source, session.Cancellation);
        SurveyReport.Print(session.Terminal, source, survey, plan.ResiduesSeen);
        source = plan.Join(context, source);
        IDataView proteins = LabelledProteins.Map(context, source, survey);

        TrainingDisplay display = session.Terminal.MakeTrainingDisplay();
        TrainingNotes.Show(context, display);
        ITransformer? model = null;
        ITrainingCallback[] callbacks = history is null ? [display] : [display, new HistoryFile(history)];
        display.Watch(() => model = plan.MakePipeline(context, (source.HasSequences, survey.Shared > 0), checkpoint, callbacks, session.Cancellation).Fit(proteins));
        using ProteinNetworkTransformer network = ModelFile.FindNetwork(model!)!;
        output.Write(stream => context.Model.Save(model, ModelInput.Of(source.View.Schema), stream));
        Report(session.Terminal, request.GetValue(_output)!, network.Model.Training, checkpoint);
        json.Write(new JsonObject
        {
            ["model"] = request.GetValue(_output),
            ["settings"] = JsonFile.Node(plan),
            ["data"] = SurveyReport.Json(source, survey),
            ["training"] = JsonFile.Node(network.Model.Training),
            ["versions"] = JsonFile.Node(network.Model.Manifest.Packages),
        });
    }

    private static void Report(Terminal terminal, string path, TrainingSummary training, CheckpointOptions? checkpoint)
    {
        string advice = checkpoint is null ? "" : $"; --resume goes on from {checkpoint.Directory}";
        if (training.Cancelled)
            terminal.Line($"Training was cancelled; the best model so far, of epoch {training.BestEpoch}, is kept{advice}.");
        if (training.History.Count == 0)
        {
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"Saved {path}; took {training.Seconds:F0} s."));
            return;
        }

        EpochResult best = training.History[training.BestEpoch - 1];
        string validation = best.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $", validation accuracy {accuracy:F3}")
            : "";
        terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"Saved {path}: the best of {training.History.Count} epochs is {training.BestEpoch}{validation}; trained {training.Seconds:F0} s."));
    }
}
