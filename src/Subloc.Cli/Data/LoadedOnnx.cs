using System.Text.Json;
using Microsoft.ML;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Data;

/// <summary>An exported model, computed by ONNX Runtime.</summary>
internal sealed class LoadedOnnx(string path, ITransformer pipeline, ProteinOnnxModel model, bool readsSequences)
    : LoadedModel(path, pipeline)
{
    public override ModelDescription Description { get; } = Describe(model.Info, readsSequences);

    public override ModelCard? Card => ModelCard.Read(model.Content.Bytes, Path);

    public override void Place(string device, int threads)
    {
        if (device.StartsWith("cuda", StringComparison.Ordinal))
            throw new NotSupportedException($"The device '{device}' was asked for, but the exported model {Path} is computed on the processor only; use --device cpu, or the .zip model that it was exported from.");
        model.Threads = threads;
    }

    public override void Dispose() => model.Dispose();

    protected override void Use(CancellationToken cancellation) => model.ScoringCancellation = cancellation;

    private static ModelDescription Describe(OnnxModelInfo info, bool readsSequences) => new()
    {
        Network = info.Network,
        Networks = info.Networks,
        Families = info.Families,
        Config = info.Config,
        Input = info.ResidueInput,
        Reads = WhatIsRead(readsSequences, info.FeatureColumnName, info.IsTokens, info.Length),
        FeatureColumnName = info.FeatureColumnName,
        MaskColumnName = info.MaskColumnName,
        Length = info.Length,
        Channels = info.Channels,
        ParameterCount = info.ParameterCount,
        ClassNames = info.ClassNames,
        Training = ReadTraining(info),
        Format = info.Format,
        Packages = info.MadeBy,
        Runtime = info.Precision == OnnxPrecision.Int8 ? "ONNX Runtime, int8" : "ONNX Runtime",
        Temperature = info.Temperature,
        ClassOffsets = info.ClassOffsets,
    };

    // Other trainers may tell other things about a training.
    private static TrainingSummary? ReadTraining(OnnxModelInfo info)
    {
        try
        {
            TrainingSummary? training = info.Training.Deserialize<TrainingSummary>(ManifestJson.Options);
            return training?.ClassCounts.Count == info.ClassNames.Count && training.BestEpoch >= 1 && training.BestEpoch <= training.History.Count
                ? training
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
