using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Finds families among the training proteins, and predicts compartments from those that a protein resembles.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>column</term><description>role, type</description></listheader>
/// <item><term>Features</term><description>input: tokens, <c>Vector&lt;Key&lt;Byte&gt;, L&gt;</c></description></item>
/// <item><term>Label</term><description>input: Key, or <c>Vector&lt;Single&gt;</c> with shares of several compartments</description></item>
/// <item><term>PredictedLabel, Score</term><description>output: Key, <c>Vector&lt;Single, classes&gt;</c> with SlotNames</description></item>
/// </list>
/// <list type="table">
/// <listheader><term>trait</term><description>value</description></listheader>
/// <item><term>needs training data</term><description>yes; read once</description></item>
/// <item><term>needs normalised input</term><description>no</description></item>
/// <item><term>exports to ONNX</term><description>yes</description></item>
/// <item><term>disposable</term><description>the transformer frees the families</description></item>
/// </list>
/// <para>
/// The search compares all proteins with each other, as BLAST does (Altschul et al., J. Mol. Biol. 215 (1990), 403-410), without gaps; what is alike in
/// several becomes a position-specific scoring matrix. Equal data and settings give equal families. They say nothing about a protein without
/// relatives among the training proteins, whose scores are all alike, so these models are of use in an average with networks that read the whole protein.
/// </para>
/// </remarks>
public sealed class ProteinFamilyTrainer : IEstimator<ProteinNetworkTransformer>
{
    private const double PriorMembers = 3;

    private readonly IHost _host;

    internal ProteinFamilyTrainer(IHostEnvironment env, ProteinFamilyOptions options)
    {
        _host = env.Register(nameof(ProteinFamilyTrainer));
        Options = options.Validate();
    }

    /// <summary>The settings.</summary>
    public ProteinFamilyOptions Options { get; }

    /// <summary>Finds the families.</summary>
    /// <param name="input">Training rows; read once.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="InvalidOperationException">There is no row to learn from, no two proteins are alike, or the device is absent.</exception>
    /// <exception cref="InvalidDataException">A row has soft labels that are no shares.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ProteinNetworkTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        Device device = ComputeDevice.Find(Options.Device);
        if (!FeatureSource.Find(_host, input.Schema, RowOptions.FeatureColumnName, RowOptions.MaskColumnName).IsTokens)
            throw _host.ExceptSchemaMismatch(nameof(input), "feature", Options.FeatureColumnName, "tokens, because families compare residues", input.Schema[Options.FeatureColumnName].Type.ToString()!);

        using TrainingRows rows = TrainingRows.Read(_host, input, null, RowOptions, 0);
        long start = Stopwatch.GetTimestamp();
        using IChannel channel = _host.Start("Finding families");
        FamilySequences proteins = FamilySequences.Of(rows.Set, rows.Training);
        Similarity[] similarities = new SimilaritySearch(proteins).Find(Threads, Options.CancellationToken);
        List<Family> families = new FamilyChoice(proteins, Options.Network.Width).Choose(similarities, Options.Network.Families, Options.CancellationToken);
        channel.Info($"Found {similarities.Length} stretches that are alike in two of {proteins.Count} proteins; chose {families.Count} families.");
        if (families.Count == 0)
            throw new InvalidOperationException($"None of the {proteins.Count} training proteins resemble each other, so there are no families; give more proteins, or train another network.");

        FamilyNetConfig config = Options.Network with { Families = families.Count };
        var shape = new NetworkShape(Alphabet.ResidueCount, rows.Features.Length, rows.ClassNames.Count);
        var body = (FamilyNet)config.BuildChecked(shape.Validate());
        (List<float[]> shares, float[] frequencies) = Share(proteins, families, rows);
        body.Take([.. families.Select(family => FamilyProfile.Make(proteins, family, config.Width))], shares, frequencies);
        var network = new LocalizationNetwork(new ResidueChannels(ResidueInput.OneHot), body);
        network.to(device);
        network.eval();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        ModelManifest manifest = ProteinNetworkTrainer.MakeManifest(rows, RowOptions with { Network = config }, shape, Summarize(rows, seconds));
        return new ProteinNetworkTransformer(_host, new ProteinNetworkModel(manifest, config, network, device));
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return new ProteinNetworkTrainer(_host, RowOptions).GetOutputSchema(inputSchema);
    }

    private int Threads => Options.Threads > 0 ? Options.Threads : Environment.ProcessorCount;

    private ProteinNetworkOptions RowOptions => new()
    {
        LabelColumnName = Options.LabelColumnName,
        FeatureColumnName = Options.FeatureColumnName,
        Network = Options.Network,
        ValidationFraction = 0,
        CancellationToken = Options.CancellationToken,
    };

    // Few members say little: some more are counted in that are shared like all proteins.
    private static (List<float[]> OfFamilies, float[] OfAll) Share(FamilySequences proteins, List<Family> families, TrainingRows rows)
    {
        float[] frequencies = Normalize(rows.Targets.Count(rows.Training), Enumerable.Repeat(1.0, rows.ClassNames.Count));
        var shares = families.ConvertAll(family => Normalize(
            rows.Targets.Count([.. family.Places.Select(place => rows.Training[proteins.ProteinAt(place)])]), frequencies.Select(share => PriorMembers * share)));
        return (shares, frequencies);
    }

    private static float[] Normalize(double[] counts, IEnumerable<double> more)
    {
        double[] sums = [.. counts.Zip(more, (count, another) => count + another)];
        double all = sums.Sum();
        return Array.ConvertAll(sums, sum => (float)(sum / all));
    }

    private static TrainingSummary Summarize(TrainingRows rows, double seconds) => new()
    {
        Rows = rows.Training.Count,
        ValidationRows = 0,
        ValidationSplit = rows.Split,
        ClassCounts = rows.CountClasses(),
        BestEpoch = 0,
        History = [],
        Cancelled = false,
        Seed = 0,
        BatchSize = 0,
        LearningRate = 0,
        Seconds = seconds,
        DataHash = rows.Targets.Hash(),
    };
}
