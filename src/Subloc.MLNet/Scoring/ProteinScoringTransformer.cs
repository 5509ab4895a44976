using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Blocks;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Scoring;

/// <summary>Predicts compartments with a trained network, whatever computes it.</summary>
public abstract class ProteinScoringTransformer : RowTransformer, IDisposable
{
    private protected ProteinScoringTransformer(IHost host, IProteinScorer scorer, EncodedInput input)
        : base(host)
    {
        Scorer = scorer;
        Input = input;
    }

    /// <summary>Column that the encoded protein is read from.</summary>
    public string FeatureColumnName => Input.FeatureColumnName;

    /// <summary>Type of that column.</summary>
    public DataViewType FeatureColumnType => Input.FeatureColumnType;

    internal IProteinScorer Scorer { get; }

    private protected EncodedInput Input { get; }

    /// <inheritdoc/>
    public override IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new BlockDataView(Host, input, new ScoringWork(Scorer, Input.Find(Host, input.Schema)));
    }

    /// <summary>Reads the first proteins of encoded rows.</summary>
    /// <param name="encoded">The rows, with the columns that the network reads.</param>
    /// <param name="count">Proteins to read at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of another type than in training.</exception>
    /// <exception cref="InvalidDataException">There is no row.</exception>
    internal ProteinSet Read(IDataView encoded, int count)
    {
        FeatureSource features = Input.Find(Host, encoded.Schema);
        ProteinSet proteins = features.MakeSet();
        using DataViewRowCursor rows = encoded.GetRowCursor(features.Columns);
        Action<int> read = features.MakeReader(rows, proteins);
        while (proteins.Count < count && rows.MoveNext())
            read(0);
        return proteins.Count > 0 ? proteins : throw new InvalidDataException("There is no protein to measure features on.");
    }

    /// <summary>Frees the weights; the transformer cannot score afterwards.</summary>
    public void Dispose()
    {
        DisposeModel();
        GC.SuppressFinalize(this);
    }

    private protected abstract void DisposeModel();

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) =>
        new ScoringMapper(this, Scorer, Input.Find(Host, inputSchema), inputSchema);
}
