using Subloc.MLNet.Families;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Settings for <see cref="ProteinNetworkTrainer"/>.</summary>
public sealed record ProteinNetworkOptions
{
    /// <summary>Largest <see cref="EmbeddingSize"/> that is accepted: 4096 channels.</summary>
    public const int LargestEmbedding = 4096;

    /// <summary>
    /// Key column with the compartment, or soft labels <c>Vector&lt;Single, classes&gt;</c> with the class names as SlotNames: counts or
    /// probabilities, which are divided by their sum. Default <c>Label</c>.
    /// </summary>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>Encoded protein: tokens, or channels <c>Vector&lt;Single, L, D&gt;</c>. Default <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = ColumnNames.Features;

    /// <summary>
    /// Mask <c>Vector&lt;Single, L&gt;</c> that goes with channels; used where the data have such a column, otherwise every position
    /// counts as a residue. Tokens carry their own mask. Default <c>Mask</c>.
    /// </summary>
    public string MaskColumnName { get; init; } = ColumnNames.Mask;

    /// <summary>
    /// Homology partition (UInt32 or key); used, where the data have such a column, to split off whole partitions for validation.
    /// Default <c>Partition</c>.
    /// </summary>
    public string PartitionColumnName { get; init; } = ColumnNames.Partition;

    /// <summary>The network. Default: the seed's cnn1.</summary>
    public NetworkConfig Network { get; init; } = SeedNetworks.Get("cnn1").Config;

    /// <summary>How tokens become channels; ignored where Features are channels already. Default one-hot.</summary>
    public ResidueInput Input { get; init; } = ResidueInput.OneHot;

    /// <summary>Channels of a learned embedding. Default 32; 1 to 4096. Ignored by the other inputs.</summary>
    public int EmbeddingSize { get; init; } = 32;

    /// <summary>
    /// Share of the residues that are hidden in training, another choice in every pass: they become the unknown residue X. Default 0;
    /// at least 0, below 1. Ignored where Features are channels already.
    /// </summary>
    public double MaskedResidues { get; init; }

    /// <summary>
    /// Passes over the training rows in which the network only learns to tell hidden residues from the others, before it learns compartments. Default
    /// 0; at least 0. Needs tokens, and a network that can: <see cref="TransformerConfig"/>.
    /// </summary>
    /// <remarks>
    /// 15 % of the residues are hidden. A checkpoint is written after the last of these passes: a training that is interrupted in them begins them
    /// anew. Devlin et al., BERT, NAACL 2019.
    /// </remarks>
    public int PretrainingEpochs { get; init; }

    /// <summary>
    /// Families of training proteins, which say where a protein's relatives reside; their word is added to what the network says. They are found
    /// once the network has learned, also among rows that were split off for early stopping, and take no part in choosing its best epoch. Needs tokens, and some
    /// twenty bytes of memory a residue while they are found. Default null: none.
    /// </summary>
    public FamilyOptions? Families { get; init; }

    /// <summary>Passes over the training rows at the most. Default 100; at least 1.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Proteins in a batch at most. Default 64; at least 1.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Positions of a batch at most, padding included: long inputs come in batches of fewer than <see cref="BatchSize"/> proteins, but of
    /// at least one. Default 65,536, which leaves 64 proteins of 1,000 together; at least 0, which sets no limit.
    /// </summary>
    public int BatchTokens { get; init; } = 65_536;

    /// <summary>
    /// Encoded residues that are kept in memory, in bytes: one a residue for tokens, 4 D for channels. The rest goes to a temporary file,
    /// which is deleted when training ends, in the folder of the system's choice (<c>TMPDIR</c>, or <c>TMP</c> on Windows). Default
    /// 1,073,741,824 (1 GiB); at least 0.
    /// </summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>How gradients change the weights. Default <see cref="AdamOptions"/>.</summary>
    public OptimizerOptions Optimizer { get; init; } = new AdamOptions();

    /// <summary>The full learning rate, of which <see cref="Schedule"/> takes a part in each step. Default 0.001; above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate changes. Default <see cref="ConstantSchedule"/>.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>What is minimised. Default the plain cross-entropy.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>
    /// Length that the gradients of all weights together are shortened to where they are longer (Pascanu et al., ICML 2013).
    /// Default null, never; above 0.
    /// </summary>
    public double? ClipNorm { get; init; }

    /// <summary>
    /// Batches whose gradients are added up for one step: as large a batch as wanted in the memory of a small one. Default 1; at least 1.
    /// Batch normalisation still takes its statistics from each batch alone.
    /// </summary>
    public int AccumulateBatches { get; init; } = 1;

    /// <summary>
    /// Share of itself that a running average of the weights keeps in each step (exponential moving average), such as 0.999; the
    /// average is validated and kept as the model. Default null, no average; above 0 and below 1.
    /// </summary>
    public double? AverageDecay { get; init; }

    /// <summary>What ends training early and chooses the best epoch. Default the validation loss.</summary>
    public TrainingMetric StopOn { get; init; } = TrainingMetric.ValidationLoss;

    /// <summary>Epochs in which <see cref="StopOn"/> does not become better, after which training ends. Default 10; at least 1.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>
    /// Change of <see cref="StopOn"/> above which an epoch counts against <see cref="Patience"/> as better. Default 0; 0 or above. The
    /// best epoch is the best by any difference.
    /// </summary>
    public double MinDelta { get; init; }

    /// <summary>
    /// Share of the training rows that is split off for early stopping. Default 0.1; 0 (train all epochs, keep the last weights)
    /// to 0.9. With a partition column whole partitions are taken until the share is reached, but never all of them.
    /// </summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Seed of weights, dropout, shuffling and validation split; null takes the seed of the MLContext, or a random one.</summary>
    public int? Seed { get; init; }

    /// <summary>Where to compute: <c>auto</c> (a GPU if there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Numbers to train in. Default <see cref="Precision.Auto"/>; bfloat16 is refused where the processor or the network lacks it.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Threads inside one operation, for the whole process; 0 leaves libtorch's setting. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Watchers of the run, besides early stopping. Default none.</summary>
    public IReadOnlyList<ITrainingCallback> Callbacks { get; init; } = [];

    /// <summary>Where and how often the training is saved, to be resumed after an interruption. Default null: not at all.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>Ends the training when cancelled; the best model so far is kept. Checked after each batch.</summary>
    /// <remarks>
    /// Where signals such as ctrl-C cancel it, train on a thread other than the main one. Linux interrupts the main thread for a signal's
    /// handler, which runs where the stack pointer points, and some of libtorch's kernels have another use for that register.
    /// </remarks>
    public CancellationToken CancellationToken { get; init; }

    internal ProteinNetworkOptions Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(LabelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(FeatureColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(MaskColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(PartitionColumnName);
        ArgumentNullException.ThrowIfNull(Network);
        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(Schedule);
        ArgumentNullException.ThrowIfNull(Loss);
        ArgumentNullException.ThrowIfNull(Callbacks);
        Families?.Validate();
        Optimizer.Validate();
        Schedule.Validate();
        Loss.Validate();
        StopOn.Check(nameof(StopOn));
        Improvement.CheckMinDelta(MinDelta);
        Checkpoint?.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(EmbeddingSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(EmbeddingSize, LargestEmbedding);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(BatchTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(CacheBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(Patience, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AccumulateBatches, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(PretrainingEpochs);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        if (ClipNorm is { } norm && !(norm > 0 && double.IsFinite(norm)))
            throw new ArgumentOutOfRangeException(nameof(ClipNorm), norm, "ClipNorm must be above 0.");
        if (AverageDecay is { } decay && !(decay is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(AverageDecay), decay, "AverageDecay must be above 0 and below 1.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "LearningRate must be above 0.");
        if (!(ValidationFraction is >= 0 and <= 0.9))
            throw new ArgumentOutOfRangeException(nameof(ValidationFraction), ValidationFraction, "ValidationFraction must be from 0 to 0.9.");
        if (!(MaskedResidues is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(MaskedResidues), MaskedResidues, "MaskedResidues must be at least 0 and below 1.");
        if (!Enum.IsDefined(Precision))
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, "Precision must be Auto, Fp32 or Bf16.");
        if (!Enum.IsDefined(Input))
            throw new ArgumentOutOfRangeException(nameof(Input), Input, "Input must be OneHot, Blosum62 or Embedding.");
        if (Network.NeedsOneHot && Input != ResidueInput.OneHot)
            throw new ArgumentException($"The network '{NetworkKinds.NameOf(Network)}' describes proteins by their residues; leave Input at OneHot.", nameof(Input));
        if (PretrainingEpochs > 0 && !Network.CanTellResidues)
            throw new ArgumentException($"The network '{NetworkKinds.NameOf(Network)}' cannot learn hidden residues first; leave PretrainingEpochs at 0, or take 'transformer'.", nameof(PretrainingEpochs));
        return this;
    }
}
