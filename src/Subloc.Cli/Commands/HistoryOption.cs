using System.CommandLine;

namespace Subloc.Cli.Commands;

/// <summary>The option that names a file for the history of a training, or of one for each fold.</summary>
internal sealed class HistoryOption : Option<string?>
{
    /// <param name="isForFolds">Whether there are several trainings, one for each fold.</param>
    public HistoryOption(bool isForFolds)
        : base("--history")
    {
        HelpName = "FILE";
        Description = "Also write losses, metrics and learning rate of each epoch, as soon as it ends, to this file, .csv or .jsonl (JSON lines)"
            + (isForFolds ? "; each fold gets its own, such as FILE-fold1.csv." : ".");
        Validators.Add(result =>
        {
            string name = result.GetValueOrDefault<string?>() ?? "";
            if (!name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
                result.AddError($"--history must be a file that ends in .csv or .jsonl, but is '{name}'.");
        });
    }
}
