using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Failures;
using Subloc.Cli.Files;
using Subloc.Cli.Reports;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc predict</c>.</summary>
internal sealed class PredictCommand : DocumentedCommand
{
    private readonly ModelOptions _model;

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The CSV file to write; without it, or with -, the table is printed.",
        HelpName = "FILE",
    };

    private readonly ChoiceOption _top = new("--top", ["1", "2", "3"], "Name so many compartments: the most probable, and the next ones.");

    private readonly RealNumberOption _threshold = new("--threshold", value => value is >= 0 and <= 1, "from 0 to 1",
        "Call a protein uncertain whose largest probability is below this. Default: never.");

    private readonly DataOptions _data;
    private readonly EmbeddingOptions _embeddings;
    private readonly ExplainOptions _explain;
    private readonly RunOptions _run;

    public PredictCommand(CommandHost host)
        : base("predict", "Predicts the compartment of every protein in a file, of any size.",
            """
            In: proteins (FASTA, CSV, TSV or NPZ, also compressed with gzip), and a model, without --model the pretrained one; labels are
            not needed and not looked at.
            A model of embeddings needs those of the proteins: --embeddings, or --language-model, which computes them.
            Out: CSV, in the order of the input, with the columns id, predicted, probability; with --top 2 also second and
            second_probability, with --top 3 also third and third_probability; then one probability for each compartment. Where
            --threshold makes a protein uncertain, predicted says so, and probability is still the largest one.

            Example: subloc predict --input proteome.fasta.gz --output locations.csv
            """)
    {
        _model = new ModelOptions(this);
        _data = new DataOptions(this, isLabelled: false,
            new Option<string[]>("--input", "-i", "--data") { Description = "Files with proteins, read one after the other.", Required = true });
        Add(_output);
        Add(_top);
        Add(_threshold);
        _embeddings = new EmbeddingOptions(this);
        _explain = new ExplainOptions(this);
        _run = new RunOptions(this, computes: true);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Predict(request, session)));
    }

    private void Predict(ParseResult request, Session session)
    {
        DataRequest data = _data.Read(request);
        EmbeddingRequest? embeddings = _embeddings.Read(request, _run);
        string? name = request.GetValue(_output) is "-" or null ? null : request.GetValue(_output);
        OutputFile? output = name is null ? null : OutputFile.Prepare(name);
        ExplanationFile? explanations = _explain.Read(request);
        JsonFile json = _run.Json(request, [.. _model.Files(request), .. data.Files, .. embeddings?.Files ?? []], name, explanations?.Name);
        var context = new MLContext(0);
        using LoadedModel model = _model.Open(request, context);
        model.TakeEmbeddings(embeddings);
        model.Place(_run.Device(request), _run.Threads(request));
        ProteinSource source = ProteinSource.Open(context, data);

        IDataView scored = model.Score(context, source, session.Cancellation);
        explanations?.Write(context, model, source, session);
        long start = Stopwatch.GetTimestamp();
        var csv = new PredictionCsv(model.Description.ClassNames, request.GetValue(_top)![0] - '0', (float)(request.GetValue(_threshold) ?? 0));
        if (output is null)
        {
            csv.Write(session.Terminal.Output, scored, session.Cancellation);
        }
        else
        {
            output.Write(stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
                csv.Write(writer, scored, session.Cancellation);
            });
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string sentence = string.Create(CultureInfo.InvariantCulture,
            $"{csv.Rows} proteins predicted in {seconds:F1} s ({csv.Rows / Math.Max(seconds, 1e-3):F0} a second).");
        if (source.Left is { Skipped: > 0 } left)
            sentence += $" {left.Skipped} faulty records skipped, the first: {Failure.Translate(left.FirstSkipped ?? "")}";
        if (output is null)
            session.Terminal.Note(sentence);
        else
            session.Terminal.Line(sentence);
        json.Write(MakeJson(model, source, csv, seconds));
    }

    private static JsonObject MakeJson(LoadedModel model, ProteinSource source, PredictionCsv csv, double seconds) => new()
    {
        ["n"] = csv.Rows,
        ["model"] = model.Path,
        ["data"] = source.Name,
        ["predicted"] = JsonFile.Node(csv.Counts),
        ["uncertain"] = csv.Uncertain,
        ["skipped"] = source.Left?.Skipped ?? 0,
        ["skippedByReason"] = JsonFile.Node(source.Left?.SkippedByReason ?? new Dictionary<string, int>()),
        ["seconds"] = JsonFile.Number(seconds),
        ["versions"] = JsonFile.Node(PackageVersions.All),
    };
}
