using BenchmarkDotNet.Attributes;
using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Data;

namespace Subloc.Benchmarks;

/// <summary>Reads all proteins from CSV files: DeepLoc 2.0, or synthetic proteins written to a temporary file.</summary>
[MemoryDiagnoser]
public class LoadBenchmarks
{
    private readonly MLContext _mlContext = new(1);
    private string[] _files = BenchmarkData.DeepLocFiles;

    [GlobalSetup]
    public void Setup()
    {
        if (_files.Length > 0)
            return;

        _files = [Path.Combine(Path.GetTempPath(), "subloc-benchmark.csv")];
        IEnumerable<string> lines = SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 23_000, MaxLength = 1500 })
            .Select(protein => $"{protein.Id},{protein.Sequence},{protein.Label},{protein.Partition}");
        File.WriteAllLines(_files[0], lines.Prepend("accession,sequence,label,partition"));
    }

    [Benchmark]
    public long Csv()
    {
        IDataView data = _mlContext.Data.LoadProteins(_files, new ProteinLoadOptions { MultiLabel = MultiLabelPolicy.Keep });
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Sequence"]);
        ReadOnlyMemory<char> sequence = default;
        long residues = 0;
        while (cursor.MoveNext())
        {
            getter(ref sequence);
            residues += sequence.Length;
        }

        return residues;
    }
}
