using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Batching;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Explanation;

/// <summary>A model that gives probabilities for sequences, whatever stands inside.</summary>
internal sealed class ExplainedModel
{
    private readonly MLContext _context;
    private readonly ITransformer _model;
    private readonly ITransformer[] _beforeNetwork;
    private readonly SchemaDefinition _rows = SchemaDefinition.Create(typeof(SequenceRow));

    /// <exception cref="ArgumentOutOfRangeException">The model does not read sequences, or gives no named scores.</exception>
    public ExplainedModel(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(context);
        (_context, _model) = (context, model);
        ITransformer[] parts = [.. Parts(model)];
        Network = parts.OfType<ProteinScoringTransformer>().LastOrDefault();
        _beforeNetwork = Network is null ? [] : [.. parts.TakeWhile(part => part != Network)];
        ProteinEncodingOptions[] encoders = [.. parts.OfType<ProteinEncodingTransformer>().Select(part => part.Options)];
        Encoder = Array.FindLast(encoders, encoder => Network is null || encoder.OutputColumnName == Network.FeatureColumnName);
        if (encoders.Length > 0)
            _rows[nameof(SequenceRow.Sequence)].ColumnName = (Encoder ?? encoders[^1]).InputColumnName;
        ClassNames = ReadClassNames();
    }

    /// <summary>The network of the model; null where it is another trainer's.</summary>
    public ProteinScoringTransformer? Network { get; }

    /// <summary>How sequences become the network's input; null where something else does that, a language model for example.</summary>
    public ProteinEncodingOptions? Encoder { get; }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Whether the network says how much it looked at each residue.</summary>
    public bool HasAttention => Network is { Scorer.AttentionLength: > 0 };

    /// <summary>Receives the scores, and the attention where it was asked for, of one sequence after the other.</summary>
    public delegate void Keep(int sequence, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> attention);

    /// <summary>A sequence in upper case, without stops at the end.</summary>
    /// <exception cref="InvalidDataException">It is empty or has a character that is not a residue letter.</exception>
    public static string Clean(string sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        string clean = sequence.TrimEnd('*').ToUpperInvariant();
        if (clean.Length == 0)
            throw new InvalidDataException("The sequence is empty; give at least one residue or leave it out.");
        foreach (char letter in clean)
        {
            if (Alphabet.TokenOf(letter) == Alphabet.Padding)
                throw new InvalidDataException(SequenceTokens.ForeignLetter(clean));
        }

        return clean;
    }

    /// <summary>Which residues of a sequence the model reads.</summary>
    public SeenResidues SeenOf(string sequence) => SeenResidues.Of(sequence.Length, Encoder);

    /// <summary>Number of a class.</summary>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public int IndexOf(string className)
    {
        int index = ClassNames.ToList().IndexOf(className);
        return index >= 0 ? index : throw new ArgumentException($"The model has no class '{className}'; its classes are {string.Join(", ", ClassNames)}.", nameof(className));
    }

    /// <summary>Scores sequences, in batches as large as the model makes them.</summary>
    public void Score(IEnumerable<string> sequences, bool withAttention, Keep keep, CancellationToken cancellation)
    {
        IDataView scored = _model.Transform(View(sequences));
        DataViewSchema.Column score = scored.Schema[ColumnNames.Score];
        DataViewSchema.Column? attention = withAttention ? scored.Schema[ColumnNames.Attention] : null;
        using DataViewRowCursor cursor = scored.GetRowCursor(attention is { } wanted ? [score, wanted] : [score]);
        ValueGetter<VBuffer<float>> readScores = cursor.GetGetter<VBuffer<float>>(score);
        ValueGetter<VBuffer<float>>? readAttention = attention is { } column ? cursor.GetGetter<VBuffer<float>>(column) : null;
        VBuffer<float> scores = default, weights = default;
        var dense = new float[ClassNames.Count];
        for (int row = 0; cursor.MoveNext(); row++)
        {
            cancellation.ThrowIfCancellationRequested();
            readScores(ref scores);
            scores.CopyTo(dense);
            readAttention?.Invoke(ref weights);
            keep(row, dense, weights.GetValues());
        }
    }

    /// <summary>What the model predicts for sequences.</summary>
    public ProteinPrediction[] Predict(IReadOnlyCollection<string> sequences, CancellationToken cancellation)
    {
        var predictions = new ProteinPrediction[sequences.Count];
        Score(sequences, withAttention: false, (row, probabilities, _) => predictions[row] = new(ClassNames, probabilities.ToArray()), cancellation);
        return predictions;
    }

    /// <summary>Sequences as the network reads them.</summary>
    public ProteinSet Encode(params string[] sequences) =>
        Network!.Read(_beforeNetwork.Aggregate(View(sequences), (view, part) => part.Transform(view)), sequences.Length);

    private static IEnumerable<ITransformer> Parts(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];

    private IDataView View(IEnumerable<string> sequences) =>
        _context.Data.LoadFromEnumerable(sequences.Select(sequence => new SequenceRow(sequence)), _rows);

    private string[] ReadClassNames()
    {
        DataViewSchema.Column score = _model.GetOutputSchema(View([]).Schema).Require(ColumnNames.Score);
        if (!score.HasSlotNames())
            throw DataColumns.Mismatch("Column 'Score' does not name its classes; explain a model that a multiclass trainer made.");
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
