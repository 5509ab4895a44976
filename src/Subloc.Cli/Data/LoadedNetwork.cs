using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using TorchSharp;

namespace Subloc.Cli.Data;

/// <summary>A saved model, computed by libtorch.</summary>
internal sealed class LoadedNetwork(string path, ITransformer pipeline, ProteinNetworkModel model, bool readsSequences)
    : LoadedModel(path, pipeline)
{
    public override ModelDescription Description { get; } = Describe(model, readsSequences);

    public override void Place(string device, int threads)
    {
        if (threads > 0)
            torch.set_num_threads(threads);
        model.MoveTo(device);
    }

    public override void Dispose() => model.Dispose();

    protected override void Use(CancellationToken cancellation) => model.ScoringCancellation = cancellation;

    private static ModelDescription Describe(ProteinNetworkModel model, bool readsSequences)
    {
        ModelManifest manifest = model.Manifest;
        return new ModelDescription
        {
            Network = manifest.Network,
            Families = manifest.Families?.Count ?? 0,
            Config = manifest.Config,
            Input = manifest.Tokens ? manifest.Input.ToString() : null,
            Reads = WhatIsRead(readsSequences, manifest.FeatureColumnName, manifest.Tokens, manifest.Length),
            FeatureColumnName = manifest.FeatureColumnName,
            MaskColumnName = manifest.MaskColumnName,
            Length = model.Shape.Length,
            Channels = model.Shape.Channels,
            ParameterCount = model.ParameterCount,
            ClassNames = manifest.ClassNames,
            Training = manifest.Training,
            Format = manifest.Format,
            Packages = manifest.Packages,
            Runtime = "libtorch",
        };
    }
}
