using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace Subloc.Testing;

/// <summary>What every estimator of this library must fulfil.</summary>
public static class EstimatorContract
{
    /// <summary>Checks promised against real schema, cursors against row mapper, and a saved and loaded model against the first.</summary>
    /// <param name="context">The context.</param>
    /// <param name="estimator">The estimator.</param>
    /// <param name="data">Rows it can be fitted on.</param>
    /// <param name="tolerance">Largest difference of numbers between reading rows in blocks and one at a time.</param>
    /// <param name="outputs">Columns it adds.</param>
    public static void Check(MLContext context, IEstimator<ITransformer> estimator, IDataView data, double tolerance, params string[] outputs)
    {
        SchemaShape promised = estimator.GetOutputSchema(SchemaShape.Create(data.Schema));
        ITransformer transformer = estimator.Fit(data);
        IDataView transformed = transformer.Transform(data);

        CheckSchema(promised, SchemaShape.Create(transformed.Schema));
        CheckSchema(promised, SchemaShape.Create(transformer.GetOutputSchema(data.Schema)));

        List<object[]> rows = RowValues.Read(transformed, outputs);
        Assert.NotEmpty(rows);
        AssertEqual(rows, RowValues.Read(transformed, outputs), 0);
        AssertEqual(rows, RowValues.ReadInParallel(transformed, 3, outputs), 0);
        AssertEqual(rows, ReadByMapper(transformer, data, outputs), tolerance);
        AssertEqual(rows, RowValues.Read(SaveAndLoad(context, transformer, data.Schema).Transform(data), outputs), 0);
        Assert.True(transformer.IsRowToRowMapper);
    }

    /// <summary>Checks that a schema is refused alike when promised, when fitted and when transformed.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="good">Rows it can be fitted on.</param>
    /// <param name="bad">Rows whose schema it must refuse.</param>
    /// <param name="sentence">Text that each refusal must hold.</param>
    public static void CheckRefusal(IEstimator<ITransformer> estimator, IDataView good, IDataView bad, string sentence)
    {
        ITransformer transformer = estimator.Fit(good);
        Exception[] errors =
        [
            Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShape.Create(bad.Schema))),
            Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(bad)),
            Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(bad.Schema)),
            Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(bad)),
            Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetRowToRowMapper(bad.Schema)),
        ];
        Assert.All(errors, error => Assert.Contains(sentence, error.Message, StringComparison.Ordinal));
    }

    /// <summary>Saves a transformer with ML.NET and loads it into a new context.</summary>
    public static ITransformer SaveAndLoad(MLContext context, ITransformer transformer, DataViewSchema schema)
    {
        using var file = new MemoryStream();
        context.Model.Save(transformer, schema, file);
        file.Position = 0;
        return new MLContext().Model.Load(file, out DataViewSchema _);
    }

    /// <summary>Compares rows of plain values.</summary>
    public static void AssertEqual(List<object[]> expected, List<object[]> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int row = 0; row < expected.Count; row++)
        {
            for (int column = 0; column < expected[row].Length; column++)
                AssertEqual(expected[row][column], actual[row][column], tolerance);
        }
    }

    private static void AssertEqual(object expected, object actual, double tolerance)
    {
        if (tolerance == 0 || expected is not double[] numbers)
        {
            Assert.Equal(expected, actual);
            return;
        }

        double[] others = Assert.IsType<double[]>(actual);
        Assert.Equal(numbers.Length, others.Length);
        for (int i = 0; i < numbers.Length; i++)
            Assert.True(Math.Abs(numbers[i] - others[i]) <= tolerance, $"{numbers[i]} and {others[i]} differ by more than {tolerance}.");
    }

    private static void CheckSchema(SchemaShape promised, SchemaShape real)
    {
        Assert.Equal(promised.Select(Describe).Order(), real.Select(Describe).Order());

        static string Describe(SchemaShape.Column column) =>
            $"{column.Name}: {column.GetTypeString()} {{{string.Join(", ", column.Annotations.Select(note => $"{note.Name}: {note.GetTypeString()}").Order())}}}";
    }

    private static List<object[]> ReadByMapper(ITransformer transformer, IDataView data, string[] outputs)
    {
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(data.Schema);
        DataViewSchema.Column[] needed = [.. outputs.Select(name => mapper.OutputSchema[name])];
        using DataViewRowCursor cursor = data.GetRowCursor(mapper.GetDependencies(needed));
        using DataViewRow row = mapper.GetRow(cursor, needed);
        Func<object>[] getters = [.. needed.Select(column => RowValues.MakeGetter(row, column))];
        var rows = new List<object[]>();
        while (cursor.MoveNext())
            rows.Add([.. getters.Select(getter => getter())]);

        return rows;
    }
}
