using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Reports.Pictures;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Html;

/// <summary>One HTML page about a result, which needs no other file and no network.</summary>
/// <remarks>
/// Whatever comes from files is encoded. The page's policy lets run no script but the report's own, by its digest, and load nothing but the
/// pictures in it.
/// </remarks>
public sealed class HtmlReport
{
    private static readonly string _style = ReadResource("report.css");
    private static readonly string _script = ReadResource("report.js");

    /// <summary>The result.</summary>
    public required ResultFile Result { get; init; }

    /// <summary>Title of the page; empty takes one made of the result.</summary>
    public string Title { get; init; } = "";

    /// <summary>The proteins one by one; null leaves them out.</summary>
    public PredictedProteins? Proteins { get; init; }

    /// <summary>Explanations of some of the proteins, found by their identifiers.</summary>
    public IReadOnlyList<ExplainedProtein> Explanations { get; init; } = [];

    /// <summary>The model card; empty leaves it out.</summary>
    public IReadOnlyList<ReportSection> Card { get; init; } = [];

    /// <summary>Makes the page.</summary>
    public string ToHtml()
    {
        var html = new HtmlText();
        html.Raw("<!DOCTYPE html>\n").Open("html", ("lang", "en")).Open("head");
        html.Empty("meta", ("charset", "utf-8"));
        html.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content",
            $"default-src 'none'; script-src '{Digest(_script)}'; style-src '{Digest(_style)}'; img-src data:; base-uri 'none'; form-action 'none'"));
        html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Add("title", Heading).Open("style").Raw(_style).Close().Close().Open("body");
        WriteHeader(html);
        html.Open("main");
        WriteSummary(html);
        WritePictures(html);
        WriteTables(html);
        WriteProteins(html);
        WriteCard(html);
        WriteOrigin(html);
        html.Close();
        html.Open("script", ("type", "application/json"), ("id", "data")).Raw(ReportData.Make(Proteins, Explanations)).Close();
        html.Open("script").Raw(_script).Close().Close().Close().Raw("\n");
        return html.ToString();
    }

    private bool HasProteins => Proteins is { Rows.Count: > 0 } || Explanations.Count > 0;

    private string Heading => Title.Length > 0 ? Title : Result.Kind switch
    {
        ResultKind.CrossValidation => "Cross-validation of protein locations",
        ResultKind.Evaluation => "Evaluation of protein locations",
        _ => "Predicted protein locations",
    };

    private static string ReadResource(string name)
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Digest(string content) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}";

    private void WriteHeader(HtmlText html)
    {
        html.Open("header").Add("h1", Heading);
        html.Open("p").Text(Result.Kind switch
        {
            ResultKind.CrossValidation => Text($"Network {Setting("network")}, trained {Result.Json.Folds!.Count} times, each time on all folds but one; {Result.Count} proteins predicted that were held out."),
            ResultKind.Evaluation => Text($"Model {Result.Model}, measured on {Result.Count} proteins of {Result.DataName}."),
            _ => Text($"{Result.Count} proteins of {Result.DataName}{(Result.Model is null ? "" : $", predicted with {Result.Model}")}."),
        }).Close();
        if (Result.Data is { Synthetic: true })
            html.Add("p", "The proteins are SYNTHETIC: results say nothing about natural ones.", ("class", "notice"));
        if (Result.Json.Complete == false)
            html.Add("p", "Not all folds are finished: the result holds the finished ones only.", ("class", "notice"));
        html.Open("nav");
        foreach ((string id, string name) in Sections())
            html.Add("a", name, ("href", $"#{id}"));
        html.Close().Close();
    }

    private IEnumerable<(string Id, string Name)> Sections()
    {
        yield return ("summary", "Summary");
        yield return ("pictures", "Pictures");
        if (Result.Kind != ResultKind.Prediction)
            yield return ("tables", "Tables");
        if (HasProteins)
            yield return ("proteins", "Proteins");
        if (Card.Count > 0)
            yield return ("card", "Model card");
        yield return ("origin", "How it was made");
    }

    private void WriteSummary(HtmlText html)
    {
        html.Open("section", ("id", "summary")).Add("h2", "Summary").Open("div", ("class", "numbers"));
        if (Result.Kind == ResultKind.Prediction)
        {
            WriteNumber(html, "proteins", ReportTables.Count(Result.Count), "");
            foreach ((string name, long count) in Result.Json.Predicted!.OrderByDescending(one => one.Value).Take(3))
                WriteNumber(html, name, ReportTables.Count(count), Percent(count));
            if (Result.Json.Uncertain is > 0 and { } uncertain)
                WriteNumber(html, "uncertain", ReportTables.Count(uncertain), Percent(uncertain));
        }
        else
        {
            foreach ((string key, string name, _) in ReportTables.Metrics.Where(metric => metric.Key != "macroAccuracy"))
                WriteNumber(html, name, ReportTables.Number(Result.Measured[key]), $"guessing: {ReportTables.Number(ReportTables.Baseline(Result.Json, "majority", key))}");
        }

        html.Close();
        if (Result.Kind != ResultKind.Prediction)
            ReportTables.WriteMetrics(html, Result);
        if (Result.Json.Calibration is { ExpectedCalibrationError: { } error } calibration)
        {
            html.Add("p", string.Create(CultureInfo.InvariantCulture,
                $"Expected calibration error {Result.Measured.ExpectedCalibrationError:F3}; {error:F3} with temperatures fitted on the other folds. Temperature of all folds: {calibration.Temperature:F3}."));
            if (calibration.ClassOffsets is { Count: > 0 } offsets && Result.Measured.ConfusionMatrix is { } matrix)
            {
                html.Add("p", "So that rare compartments are named more often, a number is added to each logit; in the results above each fold's were fitted on the other folds. "
                    + $"Those of all folds: {ClassOffsets.Describe(matrix.Classes, offsets)}.");
            }
        }
        else if (Result.Measured.ExpectedCalibrationError is { } plain)
        {
            html.Add("p", string.Create(CultureInfo.InvariantCulture, $"Expected calibration error {plain:F3}."));
        }

        html.Close();
    }

    private void WritePictures(HtmlText html)
    {
        html.Open("section", ("id", "pictures")).Add("h2", "Pictures");
        foreach (Picture picture in Result.DrawPictures(Proteins))
        {
            // An image of its own: nothing in it can run, and names in it cannot meet those of another picture.
            string data = "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(picture.ToSvg()));
            html.Open("figure").Empty("img", ("src", data), ("alt", $"{picture.Title}. {picture.Description}"), ("width", Text($"{Picture.Width}")), ("height", Text($"{picture.Height}")));
            html.Add("figcaption", picture.Description).Close();
        }

        html.Close();
    }

    private void WriteTables(HtmlText html)
    {
        if (Result.Kind == ResultKind.Prediction)
            return;
        html.Open("section", ("id", "tables")).Add("h2", "Tables");
        if (Result.Measured.PerClass is not null)
            ReportTables.WriteClasses(html, Result.Measured);
        if (Result.Json.Folds is { Count: > 0 } folds)
            ReportTables.WriteFolds(html, folds);
        if (Result.Measured.ReliabilityBins is { Count: > 0 } bins)
            ReportTables.WriteReliability(html, bins);
        html.Close();
    }

    private void WriteProteins(HtmlText html)
    {
        if (!HasProteins)
            return;
        html.Open("section", ("id", "proteins")).Add("h2", "Proteins");
        if (Proteins?.Rows.Count > ReportData.MostProteins)
            html.Add("p", Text($"The first {ReportData.MostProteins} of {Proteins.Rows.Count} proteins; the CSV file holds all."), ("class", "notice"));
        html.Add("p", "A click on a protein shows its probabilities" + (Explanations.Count > 0 ? ", and the importance of its residues where it was explained (marked with ●)." : "."));
        html.Open("div", ("id", "protein-table")).Open("noscript").Text("The list of proteins needs the script of this page, which the browser does not run.").Close().Close().Close();
    }

    private void WriteCard(HtmlText html)
    {
        if (Card.Count == 0)
            return;
        html.Open("section", ("id", "card")).Add("h2", "Model card");
        foreach (ReportSection section in Card)
        {
            html.Add("h3", section.Title);
            foreach (string line in section.Lines)
                html.Add("p", line);
            if (section.Headings.Count > 0)
                ReportTables.Write(html, section.Title, section.Headings, section.Rows);
        }

        html.Close();
    }

    private void WriteOrigin(HtmlText html)
    {
        html.Open("section", ("id", "origin")).Add("h2", "How it was made");
        if (Result.Command is { } command)
            html.Open("pre").Add("code", command).Close();
        if (Result.Json.Seconds is { } seconds)
            html.Add("p", string.Create(CultureInfo.InvariantCulture, $"It took {(seconds < 120 ? $"{seconds:F1} seconds" : $"{seconds / 60:F1} minutes")}."));
        if (Result.Json.Settings is { ValueKind: JsonValueKind.Object } settings)
            ReportTables.Write(html, "Settings", ["setting", "value"], Flatten("", settings));
        if (Result.Json.Versions is { } versions)
            ReportTables.Write(html, "Versions", ["package", "version"], versions.Select(one => (string[])[one.Key, one.Value]));
        html.Close();
    }

    private static void WriteNumber(HtmlText html, string name, string value, string note) =>
        html.Open("div").Add("span", name).Add("b", value).Add("small", note).Close();

    private static IEnumerable<string[]> Flatten(string prefix, JsonElement settings) => settings.EnumerateObject().SelectMany(one =>
        one.Value.ValueKind == JsonValueKind.Object ? Flatten($"{prefix}{one.Name}.", one.Value) : [[prefix + one.Name, one.Value.ToString()]]);

    private string Setting(string name) =>
        Result.Json.Settings is { ValueKind: JsonValueKind.Object } settings && settings.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    private string Percent(long count) => Text($"{100.0 * count / Math.Max(1, Result.Count):F1} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
