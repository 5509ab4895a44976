using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Batching;

/// <summary>The columns that hold encoded proteins, and how rows are read from them.</summary>
internal sealed class FeatureSource
{
    private readonly DataViewSchema.Column _features;
    private readonly DataViewSchema.Column? _mask;

    private FeatureSource(DataViewSchema.Column features, DataViewSchema.Column? mask)
    {
        _features = features;
        _mask = mask;
        var type = (VectorDataViewType)features.Type;
        IsTokens = type.ItemType is KeyDataViewType;
        IsVector = !IsTokens && type.Dimensions.Length == 1;
        Length = IsVector ? 1 : type.Dimensions[0];
        Channels = IsTokens ? Alphabet.ResidueCount : type.Size / Length;
    }

    /// <summary>Whether proteins are tokens rather than channels.</summary>
    public bool IsTokens { get; }

    /// <summary>Whether a protein is a plain vector, which is read as the channels of one position.</summary>
    public bool IsVector { get; }

    /// <summary>Positions of the encoded protein, L.</summary>
    public int Length { get; }

    /// <summary>Channels of one position, D.</summary>
    public int Channels { get; }

    /// <summary>Bytes of one encoded protein of the full length.</summary>
    public int RowBytes => IsTokens ? Length : Length * Channels * sizeof(float);

    /// <summary>Whether channels come with a mask column.</summary>
    public bool HasMask => _mask is not null;

    /// <summary>The columns that are read.</summary>
    public IEnumerable<DataViewSchema.Column> Columns => _mask is { } mask ? [_features, mask] : [_features];

    /// <summary>Finds the columns in a schema and checks their types.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, or a column has a wrong type.</exception>
    public static FeatureSource Find(IExceptionContext context, DataViewSchema schema, string features, string? mask)
    {
        DataViewSchema.Column column = schema.Find(context, "feature", features);
        CheckFeatures(context, column.ToShape());
        var type = (VectorDataViewType)column.Type;
        if (type.ItemType is KeyDataViewType key)
        {
            if (key.Count != Alphabet.TokenCount)
                throw context.ExceptSchemaMismatch("inputSchema", "feature", features, $"tokens of {Alphabet.TokenCount} letters, as EncodeProtein makes them", type.ToString()!);
            return new FeatureSource(column, null);
        }

        if (type.Dimensions.Length == 1)
            return new FeatureSource(column, null);
        if (type.Dimensions.Length != 2)
            throw context.ExceptSchemaMismatch("inputSchema", "feature", features, "Vector<Single, L, D> with two dimensions, or Vector<Single, D>", type.ToString()!);
        DataViewSchema.Column? maskColumn = mask is null ? null : schema.GetColumnOrNull(mask);
        if (maskColumn is { } found && !(found.ToShape().IsSingles() && found.Type.GetVectorSize() == type.Dimensions[0]))
            throw context.ExceptSchemaMismatch("inputSchema", "mask", mask!, $"Vector<Single, {type.Dimensions[0]}>", found.Type.ToString()!);
        return new FeatureSource(column, maskColumn);
    }

    /// <summary>Checks the kind of a feature column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is neither tokens nor Singles.</exception>
    public static void CheckFeatures(IExceptionContext context, SchemaShape.Column column)
    {
        if (!column.IsTokens() && !column.IsSingles())
            throw context.ExceptSchemaMismatch("inputSchema", "feature", column.Name, "Vector<Key<Byte>> or Vector<Single> of known size (apply EncodeProtein to the sequence)", column.GetTypeString());
    }

    /// <summary>An empty set for proteins of these columns.</summary>
    /// <param name="cacheBytes">Bytes of residues that stay in memory; the rest goes to a temporary file. Default: all.</param>
    public ProteinSet MakeSet(long cacheBytes = long.MaxValue) => IsTokens ? new TokenSet(cacheBytes) : new ChannelSet(Channels, cacheBytes);

    /// <summary>Makes a delegate that adds the row's protein, with a class index, to a set.</summary>
    public Action<int> MakeReader(DataViewRow row, ProteinSet set)
    {
        if (set is TokenSet tokenSet)
        {
            ValueGetter<VBuffer<byte>> tokens = row.GetGetter<VBuffer<byte>>(row.Schema[_features.Index]);
            VBuffer<byte> value = default;
            var dense = new byte[Length];
            return label =>
            {
                tokens(ref value);
                value.CopyTo(dense);
                tokenSet.Add(dense, label);
            };
        }

        var channelSet = (ChannelSet)set;
        ValueGetter<VBuffer<float>> channels = row.GetGetter<VBuffer<float>>(row.Schema[_features.Index]);
        ValueGetter<VBuffer<float>>? mask = _mask is { } column ? row.GetGetter<VBuffer<float>>(row.Schema[column.Index]) : null;
        VBuffer<float> channelValue = default, maskValue = default;
        var denseChannels = new float[Length * Channels];
        var denseMask = new float[mask is null ? 0 : Length];
        return label =>
        {
            channels(ref channelValue);
            channelValue.CopyTo(denseChannels);
            if (mask is not null)
            {
                mask(ref maskValue);
                maskValue.CopyTo(denseMask);
            }

            channelSet.Add(denseChannels, denseMask, label);
        };
    }
}
