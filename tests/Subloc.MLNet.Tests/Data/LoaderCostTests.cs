using System.Diagnostics;
using Microsoft.ML;
using Subloc.MLNet.Data;
using Subloc.Testing;

namespace Subloc.MLNet.Tests.Data;

/// <summary>Time and memory of the loaders, measured while no other test runs.</summary>
[Collection(nameof(LoaderCostTests))]
[CollectionDefinition(nameof(LoaderCostTests), DisableParallelization = true)]
public sealed class LoaderCostTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void LoadFromFasta_MillionRecords_StreamsInFlatMemory()
    {
        string path = _files.PathOf("large.fasta");
        using (var writer = new StreamWriter(path))
        {
            for (int i = 0; i < 1_000_000; i++)
                writer.Write($">P{i}\nMKVLLAWTSRQ\nMKVLLAWTSRQ\n");
        }

        IDataView data = _context.Data.LoadFromFasta(path, new ProteinLoadOptions { AllowDuplicateIds = true });
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long rows = 0;
        long most = 0;
        using (DataViewRowCursor cursor = data.GetRowCursor(data.Schema))
        {
            for (; cursor.MoveNext(); rows++)
            {
                if (rows % 250_000 == 249_999)
                    most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(1_000_000, rows);
        Assert.InRange(most, long.MinValue, 2_000_000);
    }

    [RealDataFact]
    public void LoadProteins_DeepLoc2_TakesUnderASecond()
    {
        string[] paths = [.. Enumerable.Range(0, 4).Select(partition => RealData.PathOf("deeploc2", $"partition{partition}.csv"))];
        IDataView data = _context.Data.LoadProteins(paths, new ProteinLoadOptions { MultiLabel = MultiLabelPolicy.Keep });
        LoadedProtein.ReadAll(data);

        var watch = Stopwatch.StartNew();
        LoadedProtein.ReadAll(data);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1);
    }
}
