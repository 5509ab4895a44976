using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Subloc.MLNet.Data;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Small synthetic sets and networks that train in a moment.</summary>
internal static class TinyProteins
{
    /// <summary>Positions of the encoded proteins.</summary>
    public const int Length = 64;

    /// <summary>Options of a network that trains in a moment.</summary>
    public static ProteinNetworkOptions Options { get; } = new()
    {
        Network = new CnnConfig { Filters = [8], Hidden = [16] },
        Epochs = 3,
        BatchSize = 16,
        Seed = 7,
        Device = "cpu",
    };

    /// <summary>Synthetic proteins with columns Id, Sequence, Label (key) and Partition.</summary>
    public static IDataView Load(MLContext context, int count = 120, uint partitions = 4)
    {
        IDataView data = context.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = count, Partitions = (int)partitions, Balance = 1 });
        return context.Data.Cache(context.Transforms.Conversion
            .MapValueToKey(ColumnNames.Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data));
    }

    /// <summary>The same with Features as tokens.</summary>
    public static IDataView LoadEncoded(MLContext context, int count = 120, ProteinEncoding encoding = ProteinEncoding.Tokens)
    {
        IDataView data = Load(context, count);
        return context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length, Encoding = encoding }).Fit(data).Transform(data);
    }

    /// <summary>Encoding followed by a trainer.</summary>
    public static IEstimator<ITransformer> Pipeline(MLContext context, ProteinNetworkOptions options) =>
        context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length })
            .Append(context.MulticlassClassification.Trainers.ProteinNetwork(options));

    /// <summary>All score vectors of a scored view, one after the other.</summary>
    public static float[] Scores(IDataView scored)
    {
        var all = new List<float>();
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema[ColumnNames.Score]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(scored.Schema[ColumnNames.Score]);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            all.AddRange(value.DenseValues());
        }

        return [.. all];
    }
}
