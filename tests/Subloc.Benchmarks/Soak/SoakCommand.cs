using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.Benchmarks.Soak;

/// <summary>Scores a million sequences through a saved and loaded model, and looks at memory and live tensors.</summary>
/// <remarks>
/// The network is a small residual one: it takes batches of any length, so every batch asks for memory of another size, and each
/// passes through many layers. Sequences are short, so that a million take minutes.
/// </remarks>
internal sealed class SoakCommand
{
    private const int Length = 100;
    private const int Shortest = 20;
    private const int Steps = 10;
    private const int BarMegabytes = 50;

    private readonly MLContext _mlContext = new(1);
    private readonly List<long> _resident = [];
    private readonly int _count;

    private SoakCommand(int count) => _count = count;

    public static void Run(Arguments arguments)
    {
        int count = arguments.Number("--count", 1_000_000, atLeast: Steps);
        arguments.End();
        new SoakCommand(count).Run();
    }

    private void Run()
    {
        ITransformer model = TrainSaveLoad();
        // Libtorch makes some tensors at their first use, and what training left is freed when it is collected.
        Score(model, 2_000, _ => { });
        long before = CountTensors(), inScopes = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Console.WriteLine($"{_count} sequences of {Shortest} to {Length} residues, {get_num_threads()} threads; {before} live tensors after loading, {ResidentMemory.Now / 1024} MB resident");
        Console.WriteLine("   scored  resident MB  live tensors  sequences/s");
        long start = Stopwatch.GetTimestamp();
        Score(model, _count, scored => Report(scored, start));
        long left = CountTensors() - before, growth = (_resident[^1] - _resident[0]) / 1024;
        inScopes = DisposeScopeManager.Statistics.ThreadTotalLiveCount - inScopes;
        Console.WriteLine($"resident memory grew by {growth} MB from the first {_count / Steps} to the last (bar {BarMegabytes})");
        Console.WriteLine($"{left} tensors left alive (bar 0); {inScopes} by the count of this thread's dispose scopes; at the most {Tensor.PeakCount} were alive at once");
        (model as IDisposable)?.Dispose();
        if (growth >= BarMegabytes || left > 0)
            throw new InvalidOperationException("Scoring leaks: memory or tensors grew beyond the bar.");
    }

    private ITransformer TrainSaveLoad()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(GeneratedSequences.Generate(200, Shortest, Length));
        var trainer = _mlContext.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions
        {
            Network = new ResNetConfig { StemFilters = 8, Blocks = [new(8), new(16, 2)], Hidden = [16] },
            Epochs = 1,
            ValidationFraction = 0,
            Device = "cpu",
        });
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length }))
            .Append(trainer);
        string file = Path.GetTempFileName();
        try
        {
            using var trained = pipeline.Fit(rows);
            _mlContext.Model.Save(trained, rows.Schema, file);
            return _mlContext.Model.Load(file, out _);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private void Score(ITransformer model, int count, Action<int> afterStep)
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(GeneratedSequences.Generate(count, Shortest, Length));
        IDataView scored = model.Transform(rows);
        DataViewSchema.Column column = scored.Schema["Score"];
        using DataViewRowCursor cursor = scored.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> scores = default;
        for (int row = 1; cursor.MoveNext(); row++)
        {
            getter(ref scores);
            if (row % (count / Steps) == 0)
                afterStep(row);
        }
    }

    private static long CountTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private void Report(int scored, long start)
    {
        _resident.Add(ResidentMemory.Now);
        Console.WriteLine($"{scored,9}  {_resident[^1] / 1024,11}  {Tensor.TotalCount,12}  {scored / Stopwatch.GetElapsedTime(start).TotalSeconds,11:0}");
    }
}
