using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;
using Subloc.Testing;

namespace Subloc.MLNet.Tests.Data;

public sealed class RealDataTests
{
    private static readonly string[] _compartments =
    [
        "Cell membrane", "Cytoplasm", "Endoplasmic reticulum", "Extracellular", "Golgi apparatus",
        "Lysosome/Vacuole", "Mitochondrion", "Nucleus", "Peroxisome", "Plastid",
    ];

    private readonly MLContext _context = new(1);

    private static string[] CsvPaths =>
        [.. Enumerable.Range(0, 4).Select(partition => RealData.PathOf("deeploc2", $"partition{partition}.csv"))];

    [RealDataFact]
    public void LoadProteins_DeepLoc2_GivesSingleLabelProteins()
    {
        ProteinLoadSummary summary = LoadedProtein.Summarize(options => _context.Data.LoadProteins(CsvPaths, options), new ProteinLoadOptions());
        List<LoadedProtein> rows = LoadedProtein.ReadAll(_context.Data.LoadProteins(CsvPaths));

        Assert.Equal(17_351, rows.Count);
        Assert.Equal((17_351, 22_841 - 17_351, 0), (summary.Rows, summary.MultiLabelExcluded, summary.Skipped));
        Assert.Equal(_compartments, rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal));
    }

    [RealDataFact]
    public void LoadProteins_DeepLoc2Keep_GivesAllProteinsWithPartitions()
    {
        IDataView data = _context.Data.LoadProteins(CsvPaths, new ProteinLoadOptions { MultiLabel = MultiLabelPolicy.Keep, RequireLabel = true });

        List<uint> partitions = LoadedProtein.ReadPartitions(data);

        Assert.Equal(22_841, partitions.Count);
        Assert.Equal([5963, 5451, 5731, 5696], partitions.CountBy(partition => partition).OrderBy(p => p.Key).Select(p => p.Value));
    }

    [RealDataFact]
    public void LoadProteins_DeepLoc1_GivesNamesOfTheCsvSet()
    {
        IDataView data = _context.Data.LoadProteins(
            RealData.PathOf("deeploc1_val.fasta"), new ProteinLoadOptions { MultiLabel = MultiLabelPolicy.Keep, RequireLabel = true });

        List<LoadedProtein> rows = LoadedProtein.ReadAll(data);

        Assert.Equal(1_678, rows.Count);
        Assert.Equal(23, rows.Count(row => row.Label == "Cytoplasm|Nucleus"));
        Assert.Equal(_compartments, rows.Select(row => row.Label).Where(label => !label.Contains('|')).Distinct().Order(StringComparer.Ordinal));
    }

    [RealDataFact]
    public void LoadProteins_SeedProfiles_GivesEveryRow()
    {
        IDataView data = _context.Data.LoadProteins(RealData.PathOf("seed", "reduced_val.npz"));

        float[][] masks = [.. data.GetColumn<float[]>(ColumnNames.Mask)];
        string[] labels = [.. data.GetColumn<string>(ColumnNames.Label)];
        float[] last = data.GetColumn<float[]>(ColumnNames.Features).Last();

        Assert.Equal(635, masks.Length);
        Assert.Equal(["6", "6", "2", "3"], labels[..4]);
        Assert.Equal([400, 20], ((VectorDataViewType)data.Schema[ColumnNames.Features].Type).Dimensions.AsEnumerable());
        Assert.Equal(8_000, last.Length);
        Assert.All(masks, mask => Assert.Contains(1f, mask));
    }
}
