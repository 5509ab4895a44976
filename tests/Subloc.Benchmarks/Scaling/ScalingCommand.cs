using Subloc.Benchmarks.Measuring;

namespace Subloc.Benchmarks.Scaling;

/// <summary>Epoch time and peak memory of training on ever more proteins at length 1000, each in a process of its own.</summary>
/// <remarks>
/// All processes learn from about as many proteins in all, the smaller sets for more epochs: libtorch's memory and .NET's grow to their
/// steady size over the first hundreds of batches, which is no cost of a protein.
/// </remarks>
internal static class ScalingCommand
{
    public static void Run(Arguments arguments)
    {
        int[] counts = Array.ConvertAll(arguments.Texts("--counts", "1000", "2000", "5000", "10000", "20000"), int.Parse);
        string[] networks = arguments.Texts("--networks", "cnn1");
        int repeats = arguments.Number("--repeats", 1), passes = arguments.Number("--passes", 40_000);
        arguments.End();

        var proteins = new MeasuredProteins();
        Console.WriteLine($"Proteins: {proteins.Source}, read from a file; {passes} in all epochs together; peak memory of the whole process, whose garbage is collected every 4 MB; medians of {repeats}");
        string folder = Directory.CreateTempSubdirectory("subloc-scaling").FullName;
        try
        {
            string[] files = Array.ConvertAll(counts, count => Write(folder, proteins.Draw(count)));
            foreach (string network in networks)
                Print(network, [.. counts.Zip(files, (count, file) => Measure(file, network, (passes + count - 1) / count, repeats))]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ScalingRow Measure(string file, string network, int epochs, int repeats)
    {
        ScalingRow[] rows = [.. Enumerable.Range(0, repeats).Select(_ => ScalingRow.Measure(file, network, epochs))];
        return new ScalingRow(
            rows[0].Proteins,
            Statistics.Median(rows.Select(row => row.EpochSeconds)),
            Median(rows, row => row.PeakKilobytes),
            Median(rows, row => row.ReadKilobytes),
            Median(rows, row => row.ManagedKilobytes));
    }

    private static long Median(ScalingRow[] rows, Func<ScalingRow, double> value) => (long)Statistics.Median(rows.Select(value));

    private static void Print(string network, ScalingRow[] rows)
    {
        Console.WriteLine();
        Console.WriteLine($"{network,-9} proteins   epoch s   s per 1000   peak MB  after reading  held by .NET  KB a protein since the row before");
        for (int i = 0; i < rows.Length; i++)
        {
            ScalingRow row = rows[i];
            Console.WriteLine($"          {row.Proteins,8}  {row.EpochSeconds,8:0.00}  {row.EpochSeconds / row.Proteins * 1000,11:0.00}  {row.PeakKilobytes / 1024,8}  {row.ReadKilobytes / 1024,13}  {row.ManagedKilobytes / 1024,12}  {(i > 0 ? Slope(rows[i - 1], row) : "")}");
        }

        Console.WriteLine($"          from the first row to the last: {Slope(rows[0], rows[^1]).Trim()} KB a protein (bar 1.10)");
    }

    private static string Slope(ScalingRow from, ScalingRow to) =>
        to.Proteins == from.Proteins ? "-" : $"{(double)(to.PeakKilobytes - from.PeakKilobytes) / (to.Proteins - from.Proteins),6:0.00}";

    private static string Write(string folder, MeasuredProteins.Protein[] proteins)
    {
        string file = Path.Combine(folder, $"{proteins.Length}.csv");
        File.WriteAllLines(file, proteins.Select((protein, i) => $"P{i},{protein.Sequence},{protein.Label}").Prepend("accession,sequence,label"));
        return file;
    }
}
