using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Data;
using Subloc.Testing;

namespace Subloc.Benchmarks;

/// <summary>Proteins to measure with: the DeepLoc 2.0 files where they are present, else synthetic ones.</summary>
internal static class BenchmarkData
{
    /// <summary>The four DeepLoc 2.0 files; empty where they are absent.</summary>
    public static string[] DeepLocFiles { get; } = RealData.Folder is null
        ? []
        : [.. Enumerable.Range(0, 4).Select(partition => RealData.PathOf("deeploc2", $"partition{partition}.csv"))];

    /// <summary>All proteins with their text in memory.</summary>
    public static IDataView InMemory(MLContext mlContext)
    {
        if (DeepLocFiles.Length == 0)
            return mlContext.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 23_000, MaxLength = 1500 });

        IDataView files = mlContext.Data.LoadProteins(DeepLocFiles, new ProteinLoadOptions { MultiLabel = MultiLabelPolicy.Keep });
        return mlContext.Data.LoadFromEnumerable(mlContext.Data.CreateEnumerable<Protein>(files, reuseRowObject: false, ignoreMissingColumns: true).ToArray());
    }

    private sealed class Protein
    {
        public string Sequence { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
