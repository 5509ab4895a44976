using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Subloc.Cli.Failures;
using Subloc.Cli.Files;
using Subloc.Cli.Reports;
using Subloc.MLNet.Reports.Html;
using Subloc.MLNet.Reports.Pictures;
using Subloc.MLNet.Reports.Results;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc report</c>.</summary>
internal sealed partial class ReportCommand : DocumentedCommand
{
    private const int MostExplanations = 50;

    private readonly Option<string> _result = File("--result", "The JSON result of crossvalidate, evaluate or predict, or the CSV of predict.", isRequired: true);
    private readonly Option<string?> _predictions = File("--predictions", "The proteins one by one: the CSV of --predictions, or of predict.");
    private readonly Option<string?> _explanations = File("--explanations", "What predictions rest on: the JSON of predict --explain-output.");
    private readonly Option<string?> _card = File("--card", "The model card, or an exported model that has one. Default: of the folds, or of the pretrained model.");
    private readonly Option<string?> _title = new("--title") { Description = "Title of the page.", HelpName = "TEXT" };
    private readonly Option<string?> _output;
    private readonly Option<string?> _pictures = new("--pictures") { Description = "Also write the pictures into this folder, which is created.", HelpName = "FOLDER" };
    private readonly ChoiceOption _format = new("--format", ["png", "svg"], "Format of the pictures in the folder.");
    private readonly RunOptions _run;

    public ReportCommand(CommandHost host)
        : base("report", "Makes one HTML page, or pictures, out of a result, to read, to send and to print.",
            """
            In: a result, and the proteins one by one where they are to be listed. Out: one HTML file that needs no other file and no
            network: summary, pictures, tables that sort and filter, proteins, model card, and the command that made the result.

            Example: subloc crossvalidate --data proteins.csv --json result.json --predictions proteins-out.csv
                     subloc report --result result.json --predictions proteins-out.csv --output report.html
            """)
    {
        _output = File("--output", "The HTML file to write.");
        _output.Aliases.Add("-o");
        foreach (Option option in (Option[])[_result, _predictions, _explanations, _card, _title, _output, _pictures, _format])
            Add(option);
        _run = new RunOptions(this, computes: false);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Report(request, session)));
    }

    private void Report(ParseResult request, Session session)
    {
        string resultName = request.GetValue(_result)!;
        string? output = request.GetValue(_output), folder = request.GetValue(_pictures), card = request.GetValue(_card);
        if (output is null && folder is null)
            throw new RequestException("Name what to write: --output FILE for the page, --pictures FOLDER for pictures.");
        string[] inputs = [.. new[] { resultName, request.GetValue(_predictions), request.GetValue(_explanations), card }.OfType<string>()];
        if (inputs.FirstOrDefault(input => !System.IO.File.Exists(input)) is { } missing)
            throw new RequestException($"{missing}: there is no such file; check the name and the folder that it starts from.");

        JsonFile json = _run.Json(request, inputs, output);
        OutputFile? page = output is null ? null : OutputFile.Prepare(output);
        HtmlReport report = Read(request, resultName, card);
        if (folder is not null)
            MakeFolder(folder);
        if (!Picture.HasFonts)
            session.Terminal.Note("There is no font on this system, so that pictures have no text; install one, such as the package fonts-dejavu-core.");
        page?.Write(stream => stream.Write(Encoding.UTF8.GetBytes(report.ToHtml())));
        List<string> pictures = folder is null ? [] : WritePictures(report, folder, request.GetValue(_format)!);
        if (output is not null)
            session.Terminal.Line($"{output}: report of {report.Result.Count} proteins.");
        if (folder is not null)
            session.Terminal.Line($"{folder}: {pictures.Count} pictures.");
        json.Write(new JsonObject { ["output"] = output, ["n"] = report.Result.Count, ["pictures"] = JsonFile.Node(pictures) });
    }

    private HtmlReport Read(ParseResult request, string name, string? card)
    {
        bool isCsv = Path.GetExtension(name).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        string? csv = request.GetValue(_predictions) ?? (isCsv ? name : null);
        PredictedProteins? proteins = csv is null ? null : ReadProteins(csv);
        string json = isCsv ? "" : System.IO.File.ReadAllText(name);
        ResultFile result = isCsv ? ResultFile.Of(proteins!, name) : ResultFile.Parse(json, name);
        if (csv is not null && csv != name && proteins!.Rows.Count != result.Count)
            throw new InvalidDataException($"{csv}: these are {proteins.Rows.Count} proteins, but the result {name} is of {result.Count}; name the file that was written with it.");

        string? explanations = request.GetValue(_explanations);
        return new HtmlReport
        {
            Result = result,
            Title = request.GetValue(_title) ?? "",
            Proteins = proteins,
            Explanations = explanations is null ? [] : Explanations.Parse(System.IO.File.ReadAllText(explanations), explanations),
            Card = card is null ? ReportCards.Find(result, json, name) : ReportCards.Read(card),
        };
    }

    private static PredictedProteins ReadProteins(string name)
    {
        using FileStream stream = System.IO.File.OpenRead(name);
        return PredictedProteins.Read(stream, name);
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"{folder}: the folder cannot be made ({error.Message.TrimEnd('.')}).");
        }
    }

    private static List<string> WritePictures(HtmlReport report, string folder, string format)
    {
        var written = new List<string>();
        foreach (Picture picture in report.Result.DrawPictures(report.Proteins))
            Write(picture, picture.Name);
        foreach ((int index, ExplainedProtein protein) in report.Explanations.Take(MostExplanations).Index())
        {
            if (protein.Sequence.Length > 0)
                Write(ProteinPictures.Importance(protein), string.Create(CultureInfo.InvariantCulture, $"importance-{index + 1}-{Unsafe().Replace(protein.Id, "_")}"));
        }

        return written;

        void Write(Picture picture, string name)
        {
            string path = Path.Combine(folder, $"{(name.Length > 80 ? name[..80] : name)}.{format}");
            byte[] content = format == "png" ? picture.ToPng() : Encoding.UTF8.GetBytes(picture.ToSvg());
            OutputFile.Prepare(path).Write(stream => stream.Write(content));
            written.Add(path);
        }
    }

    private static Option<string> File(string name, string description, bool isRequired) => new(name) { Description = description, HelpName = "FILE", Required = isRequired };

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex Unsafe();
}
