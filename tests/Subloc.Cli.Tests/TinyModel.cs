using System.Text;
using Subloc.MLNet.Data;

namespace Subloc.Cli.Tests;

/// <summary>A small model that the tool trained once, and the synthetic proteins it was trained on.</summary>
public sealed class TinyModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyModel()
    {
        Proteins = SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 120, MaxLength = 80, Partitions = 3 });
        Csv = _folder.Write("train.csv", ToCsv(Proteins));
        Path = _folder.At("model.zip");
        CommandRun run = CommandRun.Of("train", "--data", Csv, "--output", Path, "--length", "60", "--epochs", "2", "--threads", "1");
        Assert.True(run.ExitCode == 0, run.Error);
        TrainingOutput = run.Output;
    }

    /// <summary>The model file.</summary>
    public string Path { get; }

    /// <summary>The training proteins.</summary>
    public IReadOnlyList<SyntheticProtein> Proteins { get; }

    /// <summary>The training proteins, as CSV with partitions.</summary>
    public string Csv { get; }

    /// <summary>What train printed.</summary>
    public string TrainingOutput { get; }

    /// <summary>Proteins as CSV.</summary>
    public static string ToCsv(IEnumerable<SyntheticProtein> proteins)
    {
        var text = new StringBuilder("accession,sequence,label,partition\n");
        foreach (SyntheticProtein protein in proteins)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{protein.Id},{protein.Sequence},{protein.Label},{protein.Partition}\n");
        return text.ToString();
    }

    public void Dispose() => _folder.Dispose();
}
