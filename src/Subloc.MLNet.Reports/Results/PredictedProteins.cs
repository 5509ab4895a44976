using System.Globalization;
using CsvHelper;

namespace Subloc.MLNet.Reports.Results;

/// <summary>Proteins one by one, as <c>subloc predict --output</c> and <c>--predictions</c> of <c>evaluate</c> and <c>crossvalidate</c> write them.</summary>
public sealed class PredictedProteins
{
    private static readonly string[] _next = ["second", "second_probability", "third", "third_probability"];

    private PredictedProteins(IReadOnlyList<string> classNames, IReadOnlyList<PredictedProtein> rows, bool hasLabels)
    {
        (ClassNames, Rows, HasLabels) = (classNames, rows, hasLabels);
    }

    /// <summary>The compartments that the model knows.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The proteins, in the order of the file.</summary>
    public IReadOnlyList<PredictedProtein> Rows { get; }

    /// <summary>Whether the true compartments are known.</summary>
    public bool HasLabels { get; }

    /// <summary>Reads proteins from CSV.</summary>
    /// <param name="csv">
    /// Columns id, label and fold where they are known, predicted, probability, second and third with their probabilities where they were
    /// asked for, then a probability for each compartment.
    /// </param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="InvalidDataException">There are other columns, or a row is damaged.</exception>
    public static PredictedProteins Read(Stream csv, string name)
    {
        using CsvReader reader = CsvReader.Create(csv, new CsvReaderOptions { TrackLineNumbers = true, MaxRecordSize = 1 << 20 });
        try
        {
            reader.ReadHeader();
            string[] headers = [.. reader.Headers];
            int at = 0;
            int Take(string column) => at < headers.Length && headers[at] == column ? at++ : -1;
            (int id, int label, int fold, int predicted, int probability) = (Take("id"), Take("label"), Take("fold"), Take("predicted"), Take("probability"));
            if (id < 0 || predicted < 0 || probability < 0)
                throw new InvalidDataException($"{name}: the columns must begin with id, predicted and probability, as 'subloc predict' writes them, but begin with {string.Join(", ", headers.Take(3))}.");
            foreach (string column in _next)
                Take(column);

            int first = at;
            var rows = new List<PredictedProtein>();
            while (reader.Read())
            {
                if (reader.FieldCount != headers.Length)
                    throw new InvalidDataException($"{name}, line {reader.LineNumber}: the row has {reader.FieldCount} fields, expected {headers.Length}.");
                float[] probabilities = [.. Enumerable.Range(first, headers.Length - first).Select(column => ReadShare(reader, column, name))];
                rows.Add(new PredictedProtein(
                    reader.GetString(id), label < 0 ? null : reader.GetString(label), fold < 0 ? null : reader.GetString(fold),
                    reader.GetString(predicted), ReadShare(reader, probability, name), probabilities));
            }

            return new PredictedProteins(headers[first..], rows, label >= 0);
        }
        catch (CsvFormatException error)
        {
            throw new InvalidDataException($"{name}, line {error.LineNumber}: the row is far too long; look for a quote that is not closed.", error);
        }
    }

    private static float ReadShare(CsvReader reader, int column, string name) =>
        float.TryParse(reader.GetString(column), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value is >= 0 and <= 1.0001f
            ? value
            : throw new InvalidDataException($"{name}, line {reader.LineNumber}: '{reader.GetString(column)}' must be a probability from 0 to 1.");
}
