using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Families;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Trains a neural network that predicts the compartment of a protein.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Features | input | <c>Vector&lt;Key&lt;Byte&gt;, L&gt;</c> (tokens), <c>Vector&lt;Single, L, D&gt;</c> (channels), or <c>Vector&lt;Single, D&gt;</c> for networks that take plain vectors |
/// | Mask | input, optional, with channels | <c>Vector&lt;Single, L&gt;</c> |
/// | Label | input | key with a known number of values, or soft labels <c>Vector&lt;Single, classes&gt;</c> with the class names as SlotNames |
/// | Partition | input, optional | UInt32 or key; whole partitions are held out for early stopping |
/// | PredictedLabel | output | key with the class names as KeyValues |
/// | Score | output | <c>Vector&lt;Single, classes&gt;</c>, probabilities, with the class names as SlotNames |
/// | Attention | output, of networks that have it | <c>Vector&lt;Single, L&gt;</c>, adds up to 1 over the residues, zero on padding |
/// </para>
/// <para>
/// | Trait | |
/// |---|---|
/// | Needs to look at the data to fit | Yes; rows are cached encoded, L bytes each for tokens |
/// | Input must be normalised | No |
/// | Exportable to ONNX | Yes: <see cref="ProteinModelExport"/> |
/// | Disposable | The transformer |
/// </para>
/// <para>
/// <b>Batches and masks.</b> Rows are read once and cached encoded, a byte a residue for tokens; beyond
/// <see cref="ProteinNetworkOptions.CacheBytes"/> in a temporary file. Each epoch they are shuffled from the seed and cut into pools of
/// 50 batches; inside a pool they are sorted by length and cut into batches of at most <see cref="ProteinNetworkOptions.BatchSize"/>
/// proteins and <see cref="ProteinNetworkOptions.BatchTokens"/> positions, whose order is shuffled again. A batch is padded on the right
/// to its longest protein, rounded up to 16 positions: some 2 % of it is padding, where padding all to 1,000 positions is half of
/// everything. A network of fixed length (cnn1 to cnn4) gets plain shuffled batches, padded to L. Another thread fills the next batch in
/// while the present one is learned from.
/// </para>
/// <para>
/// With every batch goes a mask [B, L], true on residues. Channels are zero where it is not, and whatever mixes positions reads it:
/// batch normalisation counts residues only and leaves zeros behind, averages divide by the number of residues, an LSTM's state is read
/// behind the last whole step, and paddings of convolutions do not depend on the width of the batch. So the score of a protein is the
/// same, to 1e-5, alone and in any company, and scoring is free to choose batches of its own.
/// </para>
/// <para>
/// Adam on the cross-entropy unless the options say otherwise. Part of the training rows is held out to stop early and to choose
/// the best epoch. Equal seeds and thread counts give equal weights on a CPU; fits in one
/// process run one after the other, because they share libtorch's random numbers.
/// </para>
/// </remarks>
public sealed class ProteinNetworkTrainer : IEstimator<ProteinNetworkTransformer>
{
    /// <summary>Name of the channel on which it is reported how families were found.</summary>
    internal const string FamiliesChannelName = "Finding families";

    private static readonly Lock _oneFitAtATime = new();

    private readonly IHost _host;

    internal ProteinNetworkTrainer(IHostEnvironment env, ProteinNetworkOptions options)
    {
        _host = env.Register(nameof(ProteinNetworkTrainer));
        Options = options.Validate();
        NetworkKinds.NameOf(options.Network);
    }

    /// <summary>The settings it trains with.</summary>
    public ProteinNetworkOptions Options { get; }

    /// <summary>Trains a network; part of the rows is split off for early stopping.</summary>
    /// <param name="input">Training rows; read once.</param>
    /// <returns>The trained model with the weights of its best epoch, also when it was cancelled after the first epoch.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no row to learn from, the device is absent, the network does not give the attention that it promises, the
    /// loss is no longer finite, or the checkpoints are of another training.
    /// </exception>
    /// <exception cref="InvalidDataException">There are checkpoints to resume from, but no whole one.</exception>
    /// <exception cref="IOException">No checkpoint can be written in the folder that was asked for.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch ended.</exception>
    public ProteinNetworkTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains a network; stops early by rows of their own.</summary>
    /// <param name="input">Training rows; read once.</param>
    /// <param name="validation">Rows to stop early by, never those that a result is reported on; null splits them off.</param>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public ProteinNetworkTransformer Fit(IDataView input, IDataView? validation)
    {
        _host.CheckValue(input, nameof(input));
        CheckFeatures(input.Schema.Find(_host, "feature", Options.FeatureColumnName).ToShape());
        using RunCheckpoints? checkpoints = RunCheckpoints.Open(_host, Options.Checkpoint);
        int seed = Options.Seed ?? ((IHostEnvironmentInternal)_host).Seed ?? checkpoints?.Seed ?? Random.Shared.Next();
        Device device = ComputeDevice.Find(Options.Device);
        ScalarType type = ComputePrecision.Choose(Options.Precision, device, Options.Network);
        using var rows = TrainingRows.Read(_host, input, validation, Options, seed);
        lock (_oneFitAtATime)
            return new ProteinNetworkTransformer(_host, Train(rows, device, type, seed, checkpoints));
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        CheckFeatures(inputSchema.Find(_host, "feature", Options.FeatureColumnName));
        LabelClasses.Check(_host, inputSchema.Find(_host, "label", Options.LabelColumnName));
        return inputSchema.With(ScoreColumns.MakeShape(Options.Network.GivesAttention));
    }

    private void CheckFeatures(SchemaShape.Column column)
    {
        FeatureSource.CheckFeatures(_host, column);
        if (Options.Families is not null && !column.IsTokens())
            throw _host.ExceptSchemaMismatch("inputSchema", "feature", column.Name, "tokens, because families compare residues; leave Families at null for channels", column.GetTypeString());
        if (Options.PretrainingEpochs > 0 && !column.IsTokens())
            throw _host.ExceptSchemaMismatch("inputSchema", "feature", column.Name, "tokens, because pretraining hides residues; leave PretrainingEpochs at 0 for channels", column.GetTypeString());
    }

    private ProteinNetworkModel Train(TrainingRows rows, Device device, ScalarType type, int seed, RunCheckpoints? checkpoints)
    {
        IntraOpThreads.Use(Options.Threads);
        checkpoints?.Identify(RunIdentity.Of(Options, rows, seed), RunIdentity.Circumstances(device, type), seed, Options.Epochs);
        using Tensor randomState = random.get_rng_state();
        random.manual_seed(seed);
        try
        {
            ResidueChannels? input = rows.Features.IsTokens ? new ResidueChannels(Options.Input, Options.EmbeddingSize) : null;
            var shape = new NetworkShape(input?.Channels ?? rows.Features.Channels, rows.Features.Length, rows.ClassNames.Count);
            var network = new LocalizationNetwork(input, Options.Network.BuildChecked(shape.Validate())) { TrainingType = type, MaskedShare = Options.MaskedResidues };
            network.to(device);
            var setup = new TrainingSetup(network, shape, rows.Set, rows.Targets, Options, device, seed, IsCancelled, checkpoints);
            TrainingRun run = Run(setup, rows);
            ProteinFamilies? families = Options.Families is null ? null : FindFamilies(rows, run);
            return new ProteinNetworkModel(MakeManifest(rows, shape, families?.Options, Summarize(rows, run, type, seed)), Options.Network, network, device, families);
        }
        finally
        {
            random.set_rng_state(randomState);
        }
    }

    private TrainingRun Run(TrainingSetup setup, TrainingRows rows)
    {
        using IChannel channel = _host.Start("Training");
        using IProgressChannel progress = _host.StartProgressChannel("Training network");
        channel.Info($"Training on {rows.Training.Count} rows, {rows.Validation.Count} rows held out for early stopping ({rows.Split}).");
        var run = new TrainingLoop(setup) { PretrainingSeconds = Pretrain(setup, rows) }.Run(
            rows.Training, rows.Validation, [new EarlyStopping(Options.Patience, Options.StopOn, Options.MinDelta), new ChannelReport(channel, progress), .. Options.Callbacks]);
        channel.Info(run.Cancelled
            ? $"Cancelled in epoch {run.Epoch}; the weights of epoch {run.Best!.Epoch}, the best so far, are kept."
            : $"Ended after {run.History.Count} epochs; the weights of epoch {run.Best!.Epoch} are kept.");
        return run;
    }

    // Seconds that it took; the checkpoint of a run that goes on knows those.
    private double Pretrain(TrainingSetup setup, TrainingRows rows)
    {
        if (Options.PretrainingEpochs == 0 || setup.Checkpoints is { IsResumed: true })
            return 0;

        using IChannel channel = _host.Start(Pretraining.ChannelName);
        using var pretraining = new Pretraining(setup, rows.Training);
        return pretraining.Run(channel);
    }

    // A training that was cancelled shall not go on for minutes.
    private ProteinFamilies? FindFamilies(TrainingRows rows, TrainingRun run)
    {
        using IChannel channel = _host.Start(FamiliesChannelName);
        try
        {
            if (!run.Cancelled)
            {
                // Also those that ended the training early: then families do not depend on the seed, and networks can be averaged.
                IReadOnlyList<int> proteins = rows.Given;
                ProteinFamilies families = new FamilyFinder(rows.Set, proteins).Find(
                    [.. proteins.Select(row => rows.Targets.Count([row]))], Options.Families!, Options.Threads > 0 ? Options.Threads : Environment.ProcessorCount, IsCancelled);
                channel.Info($"Found {families.Count} families among {proteins.Count} proteins.");
                return families;
            }
        }
        catch (OperationCanceledException)
        {
            run.Cancelled = true;
        }
        catch (Exception error) when (Cause(error) is IOException or OutOfMemoryException or OverflowException)
        {
            channel.Warning($"No families were found, so the model has none: {Cause(error).Message}");
            return null;
        }

        channel.Warning("Cancelled before families were found, so the model has none.");
        return null;
    }

    // What a worker thread threw.
    private static Exception Cause(Exception error) => error is AggregateException { InnerExceptions: [var first, ..] } ? first : error;

    private bool IsCancelled() =>
        Options.CancellationToken.IsCancellationRequested || _host is ICancelable { IsCanceled: true };

    private ModelManifest MakeManifest(TrainingRows rows, NetworkShape shape, FamilyOptions? families, TrainingSummary training) => new()
    {
        Format = ModelManifest.CurrentFormat,
        Network = NetworkKinds.NameOf(Options.Network),
        Config = JsonSerializer.SerializeToElement(Options.Network, Options.Network.GetType(), ManifestJson.Options),
        Tokens = rows.Features.IsTokens,
        Input = Options.Input,
        EmbeddingSize = Options.EmbeddingSize,
        Families = families,
        Length = shape.Length,
        Channels = shape.Channels,
        ClassNames = rows.ClassNames,
        Alphabet = Alphabet.Letters,
        FeatureColumnName = Options.FeatureColumnName,
        MaskColumnName = rows.Features.HasMask ? Options.MaskColumnName : null,
        Packages = PackageVersions.All,
        WeightsHash = "",
        Training = training,
    };

    private TrainingSummary Summarize(TrainingRows rows, TrainingRun run, ScalarType type, int seed) => new()
    {
        Rows = rows.Training.Count,
        ValidationRows = rows.Validation.Count,
        ValidationSplit = rows.Split,
        ClassCounts = rows.CountClasses(),
        BestEpoch = run.Best!.Epoch,
        History = run.History,
        Cancelled = run.Cancelled,
        Seed = seed,
        BatchSize = Options.BatchSize,
        LearningRate = Options.LearningRate,
        Settings = DescribeLearning(),
        Precision = type == ScalarType.BFloat16 ? "bf16" : "fp32",
        Seconds = run.PretrainingSeconds + run.History.Sum(epoch => epoch.Seconds),
        DataHash = rows.Targets.Hash(),
    };

    private JsonElement DescribeLearning() => JsonSerializer.SerializeToElement(
        new
        {
            Options.Optimizer,
            Options.Schedule,
            Options.Loss,
            Options.ClipNorm,
            Options.AccumulateBatches,
            Options.AverageDecay,
            Options.MaskedResidues,
            Options.PretrainingEpochs,
            Options.StopOn,
            Options.Patience,
            Options.MinDelta,
        },
        ManifestJson.Options);
}
