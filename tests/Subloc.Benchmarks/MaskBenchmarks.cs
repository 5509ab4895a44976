using BenchmarkDotNet.Attributes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.Benchmarks;

/// <summary>Masks of all proteins at length 1000, and channels multiplied by a mask; encoding, which both read from, is measured apart.</summary>
[MemoryDiagnoser]
public class MaskBenchmarks
{
    private IDataView _indicated = null!;
    private IDataView _masked = null!;

    [GlobalSetup]
    public void Setup()
    {
        var mlContext = new MLContext(1);
        IDataView proteins = BenchmarkData.InMemory(mlContext);
        IDataView tokens = mlContext.Transforms.EncodeProtein().Fit(proteins).Transform(proteins);
        _indicated = mlContext.Transforms.IndicateSequenceMask().Fit(tokens).Transform(tokens);
        IDataView oneHot = mlContext.Transforms.EncodeProtein(new ProteinEncodingOptions { Encoding = ProteinEncoding.OneHot }).Fit(proteins).Transform(proteins);
        IDataView withMask = mlContext.Transforms.IndicateSequenceMask().Fit(oneHot).Transform(oneHot);
        _masked = mlContext.Transforms.MaskSequence().Fit(withMask).Transform(withMask);
    }

    [Benchmark]
    public long IndicateSequenceMask() => Read(_indicated, "Mask");

    [Benchmark]
    public long MaskSequence() => Read(_masked, "Features");

    private static long Read(IDataView data, string name)
    {
        DataViewSchema.Column column = data.Schema[name];
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        long values = 0;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values += value.GetValues().Length;
        }

        return values;
    }
}
