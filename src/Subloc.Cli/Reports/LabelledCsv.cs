using System.CommandLine;
using System.Text;
using CsvHelper;
using Subloc.Cli.Files;
using Subloc.Cli.Training;

namespace Subloc.Cli.Reports;

/// <summary>A CSV file of proteins with their true and predicted compartments that was asked for, or nothing.</summary>
internal sealed class LabelledCsv
{
    private readonly OutputFile? _file;

    private LabelledCsv(OutputFile? file)
    {
        _file = file;
    }

    /// <summary>The option that names the file.</summary>
    public static Option<string?> MakeOption() => new("--predictions")
    {
        Description = "Also write every protein as CSV to this file: its true and predicted compartment, and a probability for each. 'subloc report' reads it.",
        HelpName = "FILE",
    };

    /// <summary>Checks that the file can be written; null is no file.</summary>
    public static LabelledCsv Prepare(string? name) => new(name is null ? null : OutputFile.Prepare(name));

    /// <summary>Writes the proteins, if they were asked for.</summary>
    /// <param name="classNames">The compartments, in the order of the scores.</param>
    /// <param name="folds">The proteins of each fold, with its name, or all of them without one.</param>
    public void Write(IReadOnlyList<string> classNames, IEnumerable<(string? Fold, Predictions Rows)> folds) => _file?.Write(stream =>
    {
        (string? Fold, Predictions Rows)[] all = [.. folds];
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        using CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        string[] fold = all.Any(one => one.Fold is not null) ? ["fold"] : [];
        csv.WriteHeader(["id", "label", .. fold, "predicted", "probability", .. classNames]);
        foreach ((string? name, Predictions rows) in all)
            rows.Write(csv, name);
    });
}
