using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Benchmarks.Peers;

/// <summary>This library, from a data view with text to updated weights or to scores.</summary>
/// <remarks>
/// Training is timed while the rows are read and encoded, and from before the first batch to the end of the epoch. What a run does once,
/// building the network and taking the data's digest, is left out, as the peers' networks are built beforehand too.
/// </remarks>
internal sealed class LibraryContender(MeasuredProteins proteins, int length, string name = "here") : IContender
{
    private readonly MLContext _mlContext = new(1);
    private readonly Dictionary<int, IDataView> _data = [];
    private ProteinNetworkTransformer? _model;

    public string Name => name;

    public bool NeedsSample => Options.Network is { NeedsFixedLength: false };

    /// <summary>Settings of the training; Build changes the network and the batch size.</summary>
    public ProteinNetworkOptions Options { get; set; } = new() { Epochs = 1, ValidationFraction = 0, Device = "cpu", Precision = Precision.Fp32 };

    /// <summary>Seconds that the latest training spent on reading and encoding.</summary>
    public double ReadingSeconds { get; private set; }

    public long Build(string network, int batchSize)
    {
        Options = Options with { Network = NetworkPresets.Get(network).Config, BatchSize = batchSize };
        Train(batchSize);
        return _model!.Model.ParameterCount;
    }

    public Lap Train(int count)
    {
        var rows = new TimedView(Data(count));
        var clock = new EpochClock();
        _model?.Dispose();
        _model = _mlContext.MulticlassClassification.Trainers.ProteinNetwork(Options with { Callbacks = [clock] }).Fit(rows);
        ReadingSeconds = rows.Time.Seconds;
        return rows.Time + clock.Time;
    }

    public Lap Score(int count)
    {
        IDataView scored = _model!.Transform(Data(count));
        Lap start = Lap.Now;
        DataViewSchema.Column column = scored.Schema["Score"];
        using DataViewRowCursor cursor = scored.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> scores = default;
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
            getter(ref scores);

        return rows == count
            ? Lap.Now - start
            : throw new InvalidOperationException($"{rows} proteins were scored where {count} were given.");
    }

    public void Dispose() => _model?.Dispose();

    private IDataView Data(int count) => _data.TryGetValue(count, out IDataView? data)
        ? data
        : _data[count] = proteins.Encode(proteins.Draw(count), length);
}
