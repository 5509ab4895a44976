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
using Subloc.MLNet.Explanation;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc mutate</c>.</summary>
internal sealed class MutateCommand : DocumentedCommand
{
    private readonly ModelOptions _model;

    private readonly Option<string[]> _mutants = new("--mutants")
    {
        Description = "Mutants to compare with the wild type, such as A123T; A123T+G7D has both substitutions. Without it, all substitutions are tried.",
        HelpName = "MUTANT",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _positions = new("--positions")
    {
        Description = "Positions to try, from 1, such as 1-30,45 [default: all that the model reads].",
        HelpName = "LIST",
    };

    private readonly WholeNumberOption _top = new("--top", 1, "Substitutions to tell of each protein, those that move the prediction most [default: 20].");
    private readonly Option<bool> _onlyChanges = new("--class-changes") { Description = "Tell only of substitutions that another compartment is predicted for." };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The CSV file to write; without it, or with -, the table is printed.",
        HelpName = "FILE",
    };

    private readonly DataOptions _data;
    private readonly RunOptions _run;

    public MutateCommand(CommandHost host)
        : base("mutate", "Finds the substitutions of a residue that move the prediction for a protein most.",
            """
            In: proteins (FASTA, CSV or TSV), one or a few, and a model, without --model the pretrained one. Each protein takes 19 predictions for
            every residue.
            Out: CSV with the columns id, mutant, predicted (for the mutant), wild_type (predicted for the wild type), probability (of wild_type, for
            the mutant) and change (of that probability), the largest change first.

            Examples: subloc mutate --input protein.fasta --positions 1-40
                      subloc mutate --input protein.fasta --mutants R12A L15D R12A+L15D
            """)
    {
        _model = new ModelOptions(this);
        _data = new DataOptions(this, isLabelled: false,
            new Option<string[]>("--input", "-i", "--data") { Description = "Files with proteins, read one after the other.", Required = true });
        foreach (Option option in (Option[])[_mutants, _positions, _top, _onlyChanges, _output])
            Add(option);
        _run = new RunOptions(this, computes: true);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Mutate(request, session)));
    }

    private void Mutate(ParseResult request, Session session)
    {
        DataRequest data = _data.Read(request);
        Substitution[][] mutants = [.. (request.GetValue(_mutants) ?? []).Select(ReadMutant)];
        if (mutants.Length > 0 && (request.GetValue(_positions) is not null || request.GetValue(_top) is not null || request.GetValue(_onlyChanges)))
            throw new RequestException("--mutants names what to try; leave --positions, --top and --class-changes out.");
        var options = new SubstitutionScanOptions
        {
            Positions = request.GetValue(_positions) is { } positions ? ReadPositions(positions) : null,
            Top = request.GetValue(_top) ?? 20,
            OnlyClassChanges = request.GetValue(_onlyChanges),
            CancellationToken = session.Cancellation,
        };
        string? name = request.GetValue(_output) is "-" or null ? null : request.GetValue(_output);
        OutputFile? output = name is null ? null : OutputFile.Prepare(name);
        JsonFile json = _run.Json(request, [.. _model.Files(request), .. data.Files], name);
        var context = new MLContext(0);
        using LoadedModel model = _model.Open(request, context);
        ExplanationFile.CheckReadsSequences(model, "mutate");
        model.Place(_run.Device(request), _run.Threads(request));
        ProteinSource source = ProteinSource.Open(context, data);

        long start = Stopwatch.GetTimestamp();
        var csv = new MutantCsv(context, model.Pipeline, mutants, options);
        if (output is null)
        {
            csv.Write(session.Terminal.Output, source.View);
        }
        else
        {
            output.Write(stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
                csv.Write(writer, source.View);
            });
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        session.Terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"{csv.Scored} mutants of {csv.Proteins} proteins predicted in {seconds:F1} s; {csv.ClassChanges} change the compartment."));
        json.Write(new JsonObject
        {
            ["n"] = csv.Proteins,
            ["mutants"] = csv.Scored,
            ["classChanges"] = csv.ClassChanges,
            ["model"] = model.Path,
            ["data"] = source.Name,
            ["seconds"] = JsonFile.Number(seconds),
            ["versions"] = JsonFile.Node(PackageVersions.All),
        });
    }

    private static Substitution[] ReadMutant(string text)
    {
        try
        {
            return [.. text.Split('+').Select(Substitution.Parse)];
        }
        catch (ArgumentException)
        {
            throw new RequestException($"--mutants takes substitutions such as A123T, joined by + where a mutant has several, but is '{text}'.");
        }
    }

    private static int[] ReadPositions(string text)
    {
        var positions = new List<int>();
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            int last = 0;
            bool isRange = ends.Length <= 2
                & int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                & int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out last);
            if (!isRange || first < 1 || last < first || last - first >= 1_000_000)
                throw new RequestException($"--positions must be positions from 1 and ranges of them, such as 1-30,45, but is '{text}'.");
            positions.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return [.. positions];
    }
}
