using System.CommandLine;
using Subloc.Cli.Data;
using Subloc.Cli.Failures;
using Subloc.Cli.Training;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.Cli.Commands;

/// <summary>Options on what is trained, and how.</summary>
internal sealed class TrainingOptions
{
    private static readonly string[] _networks = [.. NetworkPresets.Names, .. NetworkPresets.HeadNames.Except(NetworkPresets.Names)];

    private readonly ChoiceOption _network =
        new("--network", _networks, $"The network: {string.Join(", ", _networks)}. On embeddings the default is {NetworkPresets.UsualHead}.") { HelpName = "NAME" };

    private readonly Option<bool> _seedFaithful = new("--seed-faithful")
    {
        Description = "For comparison, with cnn-lstm only: read the padding behind a protein too, as the seed's network did.",
    };

    private readonly WholeNumberOption _length = new("--length", 1, "Residues that the network sees of a protein; shorter ones are padded. Default 1000.");
    private readonly ChoiceOption _keep = new("--keep", ["both", "start", "end"], "What is kept of longer proteins: both ends, or one.");
    private readonly ChoiceOption _input = new("--input", ["onehot", "blosum62", "embedding"], "How residues become numbers.");

    private readonly RealNumberOption _masked = new(
        "--masked-residues", value => value is >= 0 and < 1, "at least 0 and below 1",
        "Share of the residues that are hidden in training, other ones in every epoch. Default 0.");

    private readonly WholeNumberOption _pretraining = new(
        "--pretraining-epochs", 0, "Passes in which the network, transformer only, first learns to tell hidden residues. A checkpoint follows the last of them. Default 0.");

    private readonly WholeNumberOption _families = new(
        "--families", 0, "Families of training proteins, at most, which tell where a protein's relatives reside; 0 for none. Default 20000 for subloc, 0 for others.");

    private readonly WholeNumberOption _epochs = new("--epochs", 1, "Passes over the training proteins at most. Default: the network's own.");
    private readonly WholeNumberOption _batchSize = new("--batch-size", 1, "Proteins learned from at a time. Default: the network's own.");

    private readonly WholeNumberOption _batchTokens = new(
        "--batch-tokens", 0, "Residues and padding learned from at a time at most, so that long inputs come in smaller batches; 0 sets no limit. Default 65536.");

    private readonly RealNumberOption _learningRate =
        new("--learning-rate", value => value > 0 && double.IsFinite(value), "above 0", "The full learning rate; sgd usually wants 10 to 100 times as much. Default 0.001.");

    private readonly WholeNumberOption _patience = new("--patience", 1, "Epochs without improvement after which training ends. Default 10.");

    private readonly RealNumberOption _validationFraction = new(
        "--validation-fraction", value => value is >= 0 and <= 0.9, "from 0 to 0.9",
        "Share of the training proteins held out to stop early, whole homology partitions where there are any; 0 trains all epochs. Default 0.1.");

    private readonly ChoiceOption _precision = new("--precision", ["auto", "fp32", "bf16"], "Numbers to train in: bf16 is faster where the processor has instructions for it, and refused elsewhere.");
    private readonly WholeNumberOption _seed = new("--seed", 0, "Seed of everything random: equal seeds and threads give equal results on a CPU. Default 42.");

    private readonly EmbeddingOptions _embeddings;
    private readonly LearningOptions _learning;
    private readonly HistoryOption _history;

    /// <param name="command">The command that gets the options.</param>
    /// <param name="hasFolds">Whether it trains several times, once for each fold.</param>
    public TrainingOptions(Command command, bool hasFolds)
    {
        _embeddings = new EmbeddingOptions(command);
        foreach (Option option in (Option[])[_network, _seedFaithful, _length, _keep, _input, _masked, _pretraining, _families, _epochs, _batchSize, _batchTokens, _learningRate])
            command.Add(option);
        _learning = new LearningOptions(command);
        _history = new HistoryOption(hasFolds);
        foreach (Option option in (Option[])[_patience, _validationFraction, _history, _precision, _seed])
            command.Add(option);
    }

    /// <summary>The history file that was asked for; null if none was.</summary>
    public string? History(ParseResult request) => request.GetValue(_history);

    /// <summary>The plan that was asked for.</summary>
    /// <param name="request">The command line.</param>
    /// <param name="run">Device and threads.</param>
    /// <param name="length">Length where none was asked for.</param>
    /// <param name="epochs">Epochs where none were asked for; null takes the network's own.</param>
    public TrainingPlan Read(ParseResult request, RunOptions run, int length = 1000, int? epochs = null)
    {
        EmbeddingRequest? embeddings = _embeddings.ReadForTraining(request, run);
        NetworkPreset preset = NetworkPresets.Get(
            embeddings is null || IsGiven(request, _network) ? request.GetValue(_network)! : NetworkPresets.UsualHead, onEmbeddings: embeddings is not null);
        bool seedFaithful = request.GetValue(_seedFaithful);
        if (seedFaithful && preset.Config is not CnnLstmConfig)
            throw new RequestException($"--seed-faithful goes with --network cnn-lstm, not with {preset.Name}, which has no mask to leave out.");
        if (embeddings is not null)
            CheckEmbeddings(request, preset);
        int pretraining = request.GetValue(_pretraining) ?? 0;
        if (pretraining > 0 && !preset.Config.CanTellResidues)
            throw new RequestException($"--pretraining-epochs goes with --network transformer, not with {preset.Name}, which cannot tell residues; leave it out.");
        ResidueInput input = Enum.Parse<ResidueInput>(request.GetValue(_input)!, ignoreCase: true);
        if (input != ResidueInput.OneHot && preset.Config.NeedsOneHot)
            throw new RequestException($"--input {request.GetValue(_input)} does not go with {preset.Name}, which describes proteins by their residues; leave it out.");

        return new TrainingPlan
        {
            Network = preset.Name,
            Embeddings = embeddings,
            SeedFaithful = seedFaithful,
            Length = request.GetValue(_length) ?? length,
            Keep = Enum.Parse<SequenceEnds>(request.GetValue(_keep)!, ignoreCase: true),
            Input = input,
            MaskedResidues = request.GetValue(_masked) ?? 0,
            PretrainingEpochs = pretraining,
            Families = request.GetValue(_families) ?? (embeddings is null ? preset.Families?.Count ?? 0 : 0),
            Epochs = request.GetValue(_epochs) ?? epochs ?? preset.MaxEpochs,
            BatchSize = request.GetValue(_batchSize) ?? preset.BatchSize,
            BatchTokens = request.GetValue(_batchTokens) ?? 65_536,
            LearningRate = request.GetValue(_learningRate) ?? 1e-3,
            Learning = _learning.Read(request),
            Patience = request.GetValue(_patience) ?? 10,
            ValidationFraction = request.GetValue(_validationFraction) ?? 0.1,
            Precision = Enum.Parse<Precision>(request.GetValue(_precision)!, ignoreCase: true),
            Seed = request.GetValue(_seed) ?? 42,
            Device = run.Device(request),
            Threads = run.Threads(request),
        };
    }

    /// <summary>Refuses options that profiles, which are encoded already, leave without effect.</summary>
    /// <exception cref="RequestException">One of them was given.</exception>
    public void CheckProfiles(ParseResult request, ProteinSource source)
    {
        if (source.HasSequences)
            return;

        foreach (Option option in (Option[])[_length, _keep, _input, _masked, _pretraining, _families])
        {
            if (IsGiven(request, option))
                throw new RequestException($"{option.Name} has no effect on the profiles in {source.Name}, which are encoded already; leave it out.");
        }
    }

    private static bool IsGiven(ParseResult request, Option option) => request.GetResult(option) is { Implicit: false };

    private void CheckEmbeddings(ParseResult request, NetworkPreset preset)
    {
        foreach (Option option in (Option[])[_keep, _input, _masked, _pretraining, _families])
        {
            if (IsGiven(request, option))
                throw new RequestException($"{option.Name} has no effect on embeddings; leave it out.");
        }

        if (preset.Config.NeedsOneHot)
            throw new RequestException($"{preset.Name} describes proteins by their residues and reads no embeddings; take mlp, light-attention or another network.");
        if (preset.Config.TakesVectors && IsGiven(request, _length))
            throw new RequestException($"--length has no effect on the embeddings that {preset.Name} reads, one vector a protein; leave it out.");
    }
}
