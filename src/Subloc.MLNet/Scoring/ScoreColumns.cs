using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Blocks;
using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;

namespace Subloc.MLNet.Scoring;

/// <summary>
/// The columns that a trained network adds: PredictedLabel and Score, annotated as ML.NET's own trainers do, and Attention where it has one.
/// </summary>
internal static class ScoreColumns
{
    /// <summary>Position of PredictedLabel among the added columns.</summary>
    public const int PredictedLabel = 0;

    /// <summary>Position of Score among the added columns.</summary>
    public const int Score = 1;

    /// <summary>Position of Attention among the added columns.</summary>
    public const int Attention = 2;

    /// <summary>The added columns, as a promise.</summary>
    /// <param name="hasAttention">Whether the network gives an attention.</param>
    public static SchemaShape.Column[] MakeShape(bool hasAttention = false)
    {
        var text = new SchemaShape.Column(Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false);
        var names = new SchemaShape.Column(Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false);
        var labels = new SchemaShape.Column(Kinds.TrainingLabelValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false);
        SchemaShape.Column[] trainer = [.. AnnotationUtils.GetTrainerOutputAnnotation()];
        return
        [
            new SchemaShape.Column(ColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true,
                new SchemaShape([text, .. trainer])),
            new SchemaShape.Column(ColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false,
                new SchemaShape([names, labels, .. trainer])),
            .. hasAttention ? (SchemaShape.Column[])[new(ColumnNames.Attention, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false)] : [],
        ];
    }

    /// <summary>The added columns.</summary>
    /// <param name="scorer">Gives the scores.</param>
    /// <param name="inputSchema">Schema they are added to; the score set gets a number not yet used there.</param>
    public static DataViewSchema.DetachedColumn[] Make(IProteinScorer scorer, DataViewSchema inputSchema)
    {
        IReadOnlyList<string> classNames = scorer.ClassNames;
        uint set = inputSchema.GetMaxAnnotationKind(out int _, Kinds.ScoreColumnSetId) + 1;
        var names = new VBuffer<ReadOnlyMemory<char>>(classNames.Count, [.. classNames.Select(name => name.AsMemory())]);
        void GetNames(ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value);
        var namesType = new VectorDataViewType(TextDataViewType.Instance, classNames.Count);

        var predicted = new DataViewSchema.Annotations.Builder();
        predicted.Add<VBuffer<ReadOnlyMemory<char>>>(Kinds.KeyValues, namesType, GetNames);
        AddKinds(predicted, set, AnnotationUtils.Const.ScoreValueKind.PredictedLabel);

        var score = new DataViewSchema.Annotations.Builder();
        score.Add<VBuffer<ReadOnlyMemory<char>>>(Kinds.SlotNames, namesType, GetNames);
        score.Add<VBuffer<ReadOnlyMemory<char>>>(Kinds.TrainingLabelValues, namesType, GetNames);
        AddKinds(score, set, AnnotationUtils.Const.ScoreValueKind.Score);

        return
        [
            new(ColumnNames.PredictedLabel, new KeyDataViewType(typeof(uint), classNames.Count), predicted.ToAnnotations()),
            new(ColumnNames.Score, new VectorDataViewType(NumberDataViewType.Single, classNames.Count), score.ToAnnotations()),
            .. scorer.AttentionLength == 0
                ? (DataViewSchema.DetachedColumn[])[]
                : [new(ColumnNames.Attention, new VectorDataViewType(NumberDataViewType.Single, scorer.AttentionLength))],
        ];
    }

    /// <summary>Getters of the added columns.</summary>
    /// <param name="scorer">Gives the scores.</param>
    /// <param name="current">Scores, or attention, of the current row.</param>
    public static Delegate[] MakeGetters(IProteinScorer scorer, CurrentValues current)
    {
        ValueGetter<uint> predicted = (ref uint value) => value = (uint)ArgMax(current(PredictedLabel)) + 1;
        return scorer.AttentionLength == 0 ? [predicted, MakeGetter(current, Score)] : [predicted, MakeGetter(current, Score), MakeGetter(current, Attention)];
    }

    /// <summary>Position of the largest score; the first one where several are equal.</summary>
    public static int ArgMax(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }

        return best;
    }

    private static ValueGetter<VBuffer<float>> MakeGetter(CurrentValues current, int column) => (ref VBuffer<float> value) =>
    {
        ReadOnlySpan<float> values = current(column);
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, values.Length);
        values.CopyTo(editor.Values);
        value = editor.Commit();
    };

    private static void AddKinds(DataViewSchema.Annotations.Builder annotations, uint set, string valueKind)
    {
        annotations.AddPrimitiveValue(Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, set);
        annotations.AddPrimitiveValue(Kinds.ScoreColumnKind, TextDataViewType.Instance, AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification.AsMemory());
        annotations.AddPrimitiveValue(Kinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
    }
}
