using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Compares a protein with stretches that families of training proteins have in common, and says where those families reside.</summary>
/// <remarks>
/// Distant relatives, too distant for a common partition, often reside in the same compartment (Nair and Rost, Protein Sci. 11 (2002), 2836-2847).
/// Each family is a position-specific scoring matrix; the best fit anywhere in the protein counts. The families that fit best say, weighted by the
/// square of what they fit better than by chance, how their members are shared among the compartments, against how all proteins are. About a
/// protein that fits none they say nothing: all logits are zero. Nothing is learned by gradients: <see cref="FamilyFinder"/> finds
/// the families.
/// </remarks>
internal sealed class FamilyNet : nn.Module<Tensor, Tensor, Tensor>
{
    private const int FamiliesAtOnce = 512;
    private const float Little = 1e-3f;

    // Of so many places ONNX Runtime takes the largest points at once; it takes ten times as long where bytes are reduced to one number.
    private const long PlacesAtOnce = 16;

    [ComponentName(Name = "profiles")]
    private readonly Tensor _profiles;                                           // [K, 20, W]

    [ComponentName(Name = "shares")]
    private readonly Tensor _shares;                                             // [K, C]

    [ComponentName(Name = "frequencies")]
    private readonly Tensor _frequencies;                                        // [C]

    private volatile FamilyScan? _scan;

    /// <param name="options">How many families there are, and how they speak.</param>
    /// <param name="classes">Compartments, C.</param>
    public FamilyNet(FamilyOptions options, int classes)
        : base(nameof(FamilyNet))
    {
        Options = options;
        _profiles = zeros(options.Count, Alphabet.ResidueCount, options.Width).DetachFromDisposeScope();
        _shares = full([options.Count, classes], 1f / classes).DetachFromDisposeScope();
        _frequencies = full([classes], 1f / classes).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>How many families there are, and how they speak.</summary>
    public FamilyOptions Options { get; }

    /// <summary>Takes families in; those that are missing to <see cref="FamilyOptions.Count"/> fit nothing.</summary>
    /// <param name="profiles">Points of each family, [20, W] each.</param>
    /// <param name="shares">How each family's members are shared among the compartments; above 0, summing to 1.</param>
    /// <param name="frequencies">How all proteins are; above 0, summing to 1.</param>
    public void Take(IReadOnlyList<float[]> profiles, IReadOnlyList<float[]> shares, float[] frequencies)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        for (int family = 0; family < profiles.Count; family++)
        {
            _profiles[family].copy_(tensor(profiles[family], [Alphabet.ResidueCount, Options.Width]));
            _shares[family].copy_(tensor(shares[family]));
        }

        _frequencies.copy_(tensor(frequencies));
        _scan = null;
    }

    /// <summary>What the families say about a batch.</summary>
    /// <param name="channels">One-hot channels [B, 20, L], float32; any L; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>What to add to a network's logits, [B, C].</returns>
    public override Tensor forward(Tensor channels, Tensor mask)                 // [B, 20, L], bool [B, L]
    {
        using var scope = NewDisposeScope();
        var rows = F.pad(channels.transpose(1, 2), (0, 0, 0, Options.Width - 1)).contiguous(); // [B, L + W - 1, 20]
        var excess = Fit(rows);                                                  // [B, K]
        var weights = excess.square();
        var little = _frequencies * Numbers.Of((double)Little);                  // [C]
        var shares = weights.matmul(_shares).Plus(little) / (weights.sum(1L, keepdim: true).Plus(Numbers.Of((double)Little))); // [B, C]
        var trust = (excess.amax([1], keepdim: true) / Numbers.Of(Options.Full)).clamp_max(Numbers.One); // [B, 1]
        var evidence = (shares / _frequencies).log() * trust * Numbers.Of(Options.Weight); // [B, C]
        return evidence.MoveToOuterDisposeScope();                               // [B, C]
    }

    /// <summary>Adds the families to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="channels">One-hot channels [B, 20, L].</param>
    /// <returns>What to add to a network's logits, [B, C].</returns>
    public OnnxValue Export(OnnxGraph graph, OnnxValue channels)
    {
        using var scope = NewDisposeScope();
        var line = graph.Unsqueeze(channels, 2);                                 // [B, 20, 1, L]
        var excesses = new List<OnnxValue>();
        for (long first = 0; first < Options.Count; first += FamiliesAtOnce)
        {
            var profiles = ProfilesFrom(first);                                  // [k, 20, W]
            var points = graph.Conv(line, graph.PositionWeights(profiles), graph.Weights(Unsaid(profiles)), Options.Width, 1, 0, Options.Width - 1);
            var best = graph.MaxPool(graph.Relu(points), PlacesAtOnce, PlacesAtOnce, 0, PlacesAtOnce - 1); // [B, k, 1, ceil(L / 16)]
            excesses.Add(graph.ReduceMax(best, [2, 3]));                         // [B, k]
        }

        OnnxValue little = graph.Constant(Little), frequencies = graph.Weights(_frequencies);
        var excess = graph.Concat(1, [.. excesses]);                             // [B, K]
        var weights = graph.Mul(excess, excess);
        var spoken = graph.Add(graph.MatMul(weights, graph.Weights(_shares)), graph.Mul(frequencies, little)); // [B, C]
        var shares = graph.Div(spoken, graph.Add(graph.ReduceSum(weights, [1], keep: true), little));
        var trust = graph.Min(graph.Div(graph.ReduceMax(excess, [1], keep: true), graph.Constant((float)Options.Full)), graph.Constant(1f)); // [B, 1]
        return graph.Mul(graph.Mul(graph.Operator("Log", [graph.Div(shares, frequencies)]), trust), graph.Constant((float)Options.Weight)); // [B, C]
    }

    /// <inheritdoc/>
    /// <remarks>Weights may have changed before.</remarks>
    public override void train(bool train = true)
    {
        base.train(train);
        _scan = null;
    }

    // Points above the threshold of each family where it fits best, [B, K]. Slopes reach the residues of fits above the threshold only: no other has
    // any weight.
    private Tensor Fit(Tensor rows)                                              // [B, L + W - 1, 20]
    {
        bool hasSlopes = rows.requires_grad;
        if (!hasSlopes && rows.device.type == DeviceType.CPU && rows.dtype == ScalarType.Float32 && Scan(rows) is { } scanned)
            return scanned;

        var (fits, places) = FindBest(rows.detach(), hasSlopes);                 // [B, K], [B, K]
        var pairs = fits.nonzero();                                              // [P, 2]
        if (places is null || pairs.shape[0] == 0)
            return fits;

        TensorIndex protein = TensorIndex.Tensor(pairs.select(1, 0)), family = TensorIndex.Tensor(pairs.select(1, 1));
        var stretches = rows.unfold(1, Options.Width, 1).index(protein, TensorIndex.Tensor(places.index(protein, family))); // [P, 20, W]
        var points = (stretches * _profiles.index(family)).sum([1, 2]) - Numbers.Of(Options.Threshold); // [P]
        return fits.index_put_(points, protein, family);
    }

    // [B, K]; null where residues are not one-hot.
    private Tensor? Scan(Tensor rows)                                            // [B, L + W - 1, 20]
    {
        int batch = (int)rows.shape[0], length = (int)rows.shape[1], families = Options.Count;
        var residues = new byte[batch * length];
        if (!FamilyScan.TryRead(rows.data<float>().ToArray(), residues))
            return null;

        FamilyScan scan = _scan ??= new FamilyScan(_profiles.data<float>().ToArray(), Options.Width);
        var points = new float[batch * families];
        Parallel.For(0, batch, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
            protein => scan.Compare(residues.AsSpan(protein * length, length), points.AsSpan(protein * families, families)));
        using var fits = tensor(points, [batch, families]);
        return F.relu(fits - Numbers.Of(Options.Threshold));
    }

    // Stretches overlap in memory, so that one matrix product compares all of them.
    private (Tensor Fits, Tensor? Places) FindBest(Tensor rows, bool wantsPlaces)
    {
        using var frozen = no_grad();
        long batch = rows.shape[0], length = rows.shape[1], size = Alphabet.ResidueCount * Options.Width;
        var stretches = rows.as_strided([batch, length - Options.Width + 1, size], [length * Alphabet.ResidueCount, Alphabet.ResidueCount, 1]); // [B, L, 20 W]
        var fits = new List<Tensor>();
        var places = new List<Tensor>();
        for (long first = 0; first < Options.Count; first += FamiliesAtOnce)
        {
            using var scope = NewDisposeScope();
            var points = stretches.matmul(ProfilesFrom(first).transpose(1, 2).flatten(1).t()); // [B, L, k]
            fits.Add(F.relu(points.amax([1]) - Numbers.Of(Options.Threshold)).MoveToOuterDisposeScope());
            if (wantsPlaces)
                places.Add(points.argmax(1).MoveToOuterDisposeScope());
        }

        return (cat([.. fits], 1), wantsPlaces ? cat([.. places], 1) : null);
    }

    private Tensor ProfilesFrom(long first) => _profiles.slice(0, first, Math.Min(first + FamiliesAtOnce, Options.Count), 1); // [k, 20, W]

    // What is taken from all points, [k]: those that say nothing.
    private Tensor Unsaid(Tensor profiles) => full([profiles.shape[0]], (float)-Options.Threshold, device: profiles.device);
}
