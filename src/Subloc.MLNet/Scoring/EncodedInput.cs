using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Scoring;

/// <summary>What a trained network reads.</summary>
/// <param name="FeatureColumnName">Column of the encoded protein.</param>
/// <param name="MaskColumnName">Column of the mask; null where there is none.</param>
/// <param name="IsTokens">Whether proteins are tokens rather than channels.</param>
/// <param name="Length">Positions, L.</param>
/// <param name="Channels">Channels of one position, D; of no meaning for tokens.</param>
internal sealed record EncodedInput(string FeatureColumnName, string? MaskColumnName, bool IsTokens, int Length, int Channels)
{
    /// <summary>Type of the column of the encoded protein; a single position may also come as Vector&lt;Single, D&gt;.</summary>
    public DataViewType FeatureColumnType => IsTokens
        ? new VectorDataViewType(new KeyDataViewType(typeof(byte), Alphabet.TokenCount), Length)
        : Length == 1
            ? new VectorDataViewType(NumberDataViewType.Single, Channels)
            : new VectorDataViewType(NumberDataViewType.Single, Length, Channels);

    /// <summary>Checks the columns of a promised schema, which says nothing of sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of another kind than in training.</exception>
    public void Check(IExceptionContext context, SchemaShape schema)
    {
        SchemaShape.Column features = schema.Find(context, "feature", FeatureColumnName);
        FeatureSource.CheckFeatures(context, features);
        if (features.IsTokens() != IsTokens)
            throw context.ExceptSchemaMismatch(nameof(schema), "feature", FeatureColumnName, $"{FeatureColumnType}, as in training", features.GetTypeString());
        if (MaskColumnName is { } mask && !schema.Find(context, "mask", mask).IsSingles())
            throw context.ExceptSchemaMismatch(nameof(schema), "mask", mask, "Vector<Single>", schema.Find(context, "mask", mask).GetTypeString());
    }

    /// <summary>Finds the columns in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of another type than in training.</exception>
    public FeatureSource Find(IExceptionContext context, DataViewSchema schema)
    {
        var source = FeatureSource.Find(context, schema, FeatureColumnName, MaskColumnName);
        string found = schema[FeatureColumnName].Type.ToString()!;
        if (source.IsTokens != IsTokens || source.Length != Length || (source.Channels != Channels && !IsTokens))
            throw context.ExceptSchemaMismatch(nameof(schema), "feature", FeatureColumnName, $"{FeatureColumnType}, as in training", found);
        if (MaskColumnName is { } mask && !source.HasMask)
            throw context.ExceptSchemaMismatch(nameof(schema), "mask", mask);
        return source;
    }
}
