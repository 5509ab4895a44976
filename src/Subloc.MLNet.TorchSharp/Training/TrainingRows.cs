using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Data;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Rows read for training: proteins in memory, class names, and which rows are kept for validation.</summary>
internal sealed class TrainingRows : IDisposable
{
    private readonly SoftLabels? _shares;

    private TrainingRows(FeatureSource features, IReadOnlyList<string> classNames, bool isSoft, long cacheBytes)
    {
        Features = features;
        ClassNames = classNames;
        Set = features.MakeSet(cacheBytes);
        _shares = isSoft ? new SoftLabels(classNames.Count) : null;
        Targets = new Targets(Set, classNames.Count, _shares);
    }

    /// <summary>Where the proteins came from.</summary>
    public FeatureSource Features { get; }

    /// <summary>All classes of the label column, whether or not a row has them.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>All rows, those for validation included.</summary>
    public ProteinSet Set { get; }

    /// <summary>What the network shall say about each row.</summary>
    public Targets Targets { get; }

    /// <summary>Rows to learn from.</summary>
    public IReadOnlyList<int> Training { get; private set; } = [];

    /// <summary>Rows to stop early by.</summary>
    public IReadOnlyList<int> Validation { get; private set; } = [];

    /// <summary>Rows to learn from, and those that were split off them for validation.</summary>
    public IReadOnlyList<int> Given => Split == "given" ? Training : [.. Enumerable.Range(0, Set.Count)];

    /// <summary>How the validation rows were chosen.</summary>
    public string Split { get; private set; } = "none";

    /// <summary>Reads the training rows and splits the validation rows off, or reads them from a view of their own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="InvalidDataException">A row has soft labels that are no shares, or no partition.</exception>
    /// <exception cref="InvalidOperationException">There is no row to learn from.</exception>
    public static TrainingRows Read(IHost host, IDataView training, IDataView? validation, ProteinNetworkOptions options, int seed)
    {
        DataViewSchema schema = training.Schema;
        var features = FeatureSource.Find(host, schema, options.FeatureColumnName, options.MaskColumnName);
        if (features.IsVector && !options.Network.TakesVectors)
            throw host.ExceptSchemaMismatch(nameof(training), "feature", options.FeatureColumnName, $"tokens or Vector<Single, L, D>, because the network '{NetworkKinds.NameOf(options.Network)}' reads positions (MlpConfig reads plain vectors)", schema[options.FeatureColumnName].Type.ToString()!);
        var rows = new TrainingRows(
            features,
            LabelClasses.Read(host, schema, options.LabelColumnName),
            LabelClasses.IsSoft(schema[options.LabelColumnName].ToShape()),
            options.CacheBytes);
        try
        {
            rows.Fill(host, training, validation, options, seed);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>How many of the rows to learn from are of each class, or have their largest share there.</summary>
    public int[] CountClasses()
    {
        var counts = new int[ClassNames.Count];
        foreach (int row in Training)
            counts[Set.Labels[row]]++;
        return counts;
    }

    /// <summary>Frees the proteins.</summary>
    public void Dispose() => Set.Dispose();

    private void Fill(IHost host, IDataView training, IDataView? validation, ProteinNetworkOptions options, int seed)
    {
        Add(host, training, options);
        if (Set.Count == 0)
            throw new InvalidOperationException($"There is no row to learn from; every row lacks a value in '{options.LabelColumnName}', or the data are empty.");

        int count = Set.Count;
        if (validation is not null)
        {
            Add(host, validation, options);
            Training = [.. Enumerable.Range(0, count)];
            Validation = [.. Enumerable.Range(count, Set.Count - count)];
            Split = "given";
        }
        else
        {
            SplitOff(options.ValidationFraction, seed);
            Warn(host, options);
        }
    }

    private void Add(IHost host, IDataView data, ProteinNetworkOptions options)
    {
        using IChannel channel = host.Start("Reading rows");
        DataViewSchema schema = data.Schema;
        var features = FeatureSource.Find(host, schema, options.FeatureColumnName, options.MaskColumnName);
        if (features.IsTokens != Features.IsTokens || features.Length != Features.Length || features.Channels != Features.Channels)
            throw host.ExceptSchemaMismatch(nameof(data), "feature", options.FeatureColumnName, "the same type as in the training rows", schema[options.FeatureColumnName].Type.ToString()!);
        if (!LabelClasses.Read(host, schema, options.LabelColumnName).SequenceEqual(ClassNames))
            throw host.ExceptSchemaMismatch(nameof(data), "label", options.LabelColumnName, "the classes of the training rows", "other ones");
        if (LabelClasses.IsSoft(schema[options.LabelColumnName].ToShape()) != _shares is not null)
            throw host.ExceptSchemaMismatch(nameof(data), "label", options.LabelColumnName, "the same type as in the training rows", schema[options.LabelColumnName].Type.ToString()!);

        DataViewSchema.Column label = schema[options.LabelColumnName];
        DataViewSchema.Column? partition = FindPartition(host, schema, options.PartitionColumnName);
        DataViewSchema.Column[] columns = [.. features.Columns, label, .. partition is { } found ? [found] : Array.Empty<DataViewSchema.Column>()];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        var labels = new LabelReader(cursor, label, _shares);
        ValueGetter<ulong>? partitions = partition is { } column ? UnsignedColumn.GetGetter(cursor, column) : null;
        bool isKey = partition?.Type is KeyDataViewType;
        Action<int> read = features.MakeReader(cursor, Set);
        int missing = 0;
        while (cursor.MoveNext())
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (labels.Read() is not { } value)
            {
                missing++;
                continue;
            }

            read(value);
            if (partitions is not null)
            {
                ulong number = 0;
                partitions(ref number);
                if (isKey && number == 0)
                    throw new InvalidDataException($"Row {Set.Count} has no value in '{options.PartitionColumnName}'; give every row its homology partition, or name no such column.");
                Set.Partitions.Add(checked((uint)number));
            }
        }

        if (missing > 0)
            channel.Warning($"Left out {missing} rows without a value in '{options.LabelColumnName}'.");
    }

    private void Warn(IHost host, ProteinNetworkOptions options)
    {
        using IChannel channel = host.Start("Splitting rows");
        double share = (double)Validation.Count / Set.Count;
        if (Split == "random" && Set.Partitions.Count > 0)
            channel.Warning($"All rows are of one partition in '{options.PartitionColumnName}', so the validation rows are a random {share:P0}; relatives of theirs remain among the training rows.");
        else if (Split == "partition" && share > 2 * options.ValidationFraction)
            channel.Warning($"Whole partitions hold {share:P0} of the rows for validation, where {options.ValidationFraction:P0} were asked for.");
    }

    private static DataViewSchema.Column? FindPartition(IExceptionContext context, DataViewSchema schema, string name)
    {
        DataViewSchema.Column? column = schema.GetColumnOrNull(name);
        if (column is { } found && !UnsignedColumn.IsKeyOrUInt32(found))
            throw context.ExceptSchemaMismatch(nameof(schema), "partition", name, "UInt32 or Key", found.Type.ToString()!);
        return column;
    }

    private void SplitOff(double fraction, int seed)
    {
        int[] all = [.. Enumerable.Range(0, Set.Count)];
        if (fraction == 0 || Set.Count < 2)
        {
            Training = all;
        }
        else if (Set.Partitions.Count == Set.Count && Set.Partitions.Distinct().Skip(1).Any())
        {
            IReadOnlySet<uint> held = PartitionSplit.Choose(Set.Partitions, fraction, seed);
            Training = [.. all.Where(row => !held.Contains(Set.Partitions[row]))];
            Validation = [.. all.Where(row => held.Contains(Set.Partitions[row]))];
            Split = "partition";
        }
        else
        {
            new Random(seed).Shuffle(all);
            int count = Math.Clamp((int)Math.Round(all.Length * fraction), 1, all.Length - 1);
            Validation = [.. all.Take(count).Order()];
            Training = [.. all.Skip(count).Order()];
            Split = "random";
        }
    }
}
