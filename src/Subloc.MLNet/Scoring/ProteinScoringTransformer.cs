using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
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

    private protected IProteinScorer Scorer { get; }

    private protected EncodedInput Input { get; }

    /// <inheritdoc/>
    public override IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new BlockDataView(Host, input, new ScoringWork(Scorer, Input.Find(Host, input.Schema)));
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
