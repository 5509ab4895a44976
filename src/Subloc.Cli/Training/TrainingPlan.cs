using System.Text.Json.Serialization;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.MLNet;
using Subloc.MLNet.Families;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.Cli.Training;

/// <summary>What to train, and how.</summary>
internal sealed record TrainingPlan
{
    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Where embeddings come from; null where the network reads sequences or profiles.</summary>
    public required EmbeddingRequest? Embeddings { get; init; }

    /// <summary>Whether cnn-lstm reads padding too, as the seed's did.</summary>
    public required bool SeedFaithful { get; init; }

    /// <summary>Positions of the encoded protein.</summary>
    public required int Length { get; init; }

    /// <summary>What is kept of longer proteins.</summary>
    public required SequenceEnds Keep { get; init; }

    /// <summary>How residues become channels.</summary>
    public required ResidueInput Input { get; init; }

    /// <summary>Share of the residues hidden in training.</summary>
    public required double MaskedResidues { get; init; }

    /// <summary>Passes in which hidden residues are learned first.</summary>
    public required int PretrainingEpochs { get; init; }

    /// <summary>Families of training proteins at most; 0 has none.</summary>
    public required int Families { get; init; }

    /// <summary>Passes over the training proteins at most.</summary>
    public required int Epochs { get; init; }

    /// <summary>Proteins in a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Positions of a batch at most; 0 sets no limit.</summary>
    public required int BatchTokens { get; init; }

    /// <summary>The full learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How the weights are learned.</summary>
    public required LearningPlan Learning { get; init; }

    /// <summary>Epochs without improvement after which training ends.</summary>
    public required int Patience { get; init; }

    /// <summary>Share of the training proteins held out for early stopping.</summary>
    public required double ValidationFraction { get; init; }

    /// <summary>Numbers to train in.</summary>
    public required Precision Precision { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required int Seed { get; init; }

    /// <summary>Where to compute.</summary>
    public required string Device { get; init; }

    /// <summary>Processor threads; 0 leaves the choice to libtorch.</summary>
    public required int Threads { get; init; }

    /// <summary>Files that are read beside the proteins.</summary>
    [JsonIgnore]
    public IEnumerable<string> InputFiles => Embeddings?.Files ?? [];

    /// <summary>Residues that the network sees of a protein; null where it sees the mean over all.</summary>
    [JsonIgnore]
    public int? ResiduesSeen => Embeddings is not null && Config.TakesVectors ? null : Length;

    /// <summary>Refuses a GPU that is not there, or a precision that it lacks, before any data are read.</summary>
    /// <exception cref="InvalidOperationException">There is no such GPU, or bf16 is not to be had.</exception>
    public void CheckDevice() => ComputePrecision.Choose(Precision, ComputeDevice.Find(Device), Config);

    private NetworkConfig Config => SeedFaithful ? new CnnLstmConfig { SeedFaithful = true } : NetworkPresets.Get(Network, Embeddings is not null).Config;

    private EmbeddingShape Columns => new(EmbeddingRequest.Column, Config.TakesVectors ? null : ColumnNames.Mask, Length);

    /// <summary>Proteins with the embeddings of a file, if these are trained on.</summary>
    /// <exception cref="InvalidDataException">The file is no such file, or a protein has no embedding in it.</exception>
    public ProteinSource Join(MLContext context, ProteinSource source) => Embeddings?.File is null
        ? source
        : source with { View = Embeddings.Join(context, Columns).Fit(source.View).Transform(source.View) };

    /// <summary>The pipeline: encoding or language model, where the network reads sequences, and the network.</summary>
    public IEstimator<ITransformer> MakePipeline(
        MLContext context, (bool HasSequences, bool HasShares) data, CheckpointOptions? checkpoint, IReadOnlyList<ITrainingCallback> callbacks, CancellationToken cancellation)
    {
        ProteinNetworkTrainer trainer = context.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions
        {
            LabelColumnName = LabelColumn(data.HasShares),
            Network = Config,
            FeatureColumnName = Embeddings is null ? ColumnNames.Features : EmbeddingRequest.Column,
            Input = Input,
            MaskedResidues = MaskedResidues,
            PretrainingEpochs = PretrainingEpochs,
            Families = Families > 0 && data.HasSequences ? new FamilyOptions { Count = Families } : null,
            Epochs = Epochs,
            BatchSize = BatchSize,
            BatchTokens = BatchTokens,
            LearningRate = LearningRate,
            Optimizer = Learning.Optimizer,
            Schedule = Learning.Schedule,
            Loss = Learning.Loss,
            ClipNorm = Learning.ClipNorm,
            AccumulateBatches = Learning.AccumulateBatches,
            AverageDecay = Learning.AverageDecay,
            StopOn = Learning.StopOn,
            Patience = Patience,
            ValidationFraction = ValidationFraction,
            Precision = Precision,
            Seed = Seed,
            Device = Device,
            Threads = Threads,
            Callbacks = callbacks,
            Checkpoint = checkpoint,
            CancellationToken = cancellation,
        });
        if (Embeddings?.LanguageModel is not null)
            return Embeddings.Embed(context, Columns, cancellation).Append(trainer);
        return data.HasSequences && Embeddings is null
            ? Encode(context).Append(trainer)
            : trainer;
    }

    private ProteinEncodingEstimator Encode(MLContext context) => context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length, Keep = Keep });

    private static string LabelColumn(bool hasShares) => hasShares ? LabelledProteins.Shares : ColumnNames.Label;
}
