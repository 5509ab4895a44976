using System.Globalization;
using CsvHelper;

namespace Subloc.MLNet.Data;

/// <summary>Reads comma, tab or semicolon separated text with a header line.</summary>
internal sealed class DelimitedReader : ProteinReader
{
    // Far above any protein (34,350 residues), and a bound on what an unclosed quote can gather.
    private const int MaxRecordBytes = 1 << 24;

    private readonly string _path;
    private readonly ResidueBuffer _residues = new();
    private readonly CsvReader _csv;
    private CsvMalformedReason? _malformed;
    private DelimitedColumns _columns;

    private DelimitedReader(InputFile file, char separator)
    {
        _path = file.Path;
        _csv = CsvReader.Create(file.OpenBytes(), new CsvReaderOptions
        {
            Separator = separator,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRecordBytes,
            OnMalformedRecord = record => _malformed = record.Reason,
        });
    }

    public override bool HasPartition => _columns.Partition >= 0;

    /// <summary>Opens the file and reads its header.</summary>
    /// <exception cref="InvalidDataException">The header lacks a column, or the file is FASTA.</exception>
    public static DelimitedReader Open(InputFile file, ProteinLoadOptions options)
    {
        var reader = new DelimitedReader(file, FindSeparator(file));
        try
        {
            reader.Guard(() => reader._csv.ReadHeader());
            reader._columns = DelimitedColumns.Find(file.Path, reader._csv.Headers, options);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public override bool Read(ProteinRecord record)
    {
        do
        {
            if (!Guard(_csv.Read))
                return false;
        }
        while (_csv.FieldCount == 1 && _columns.Count > 1 && string.IsNullOrWhiteSpace(_csv.GetString(0)));

        record.Clear(_csv.LineNumber);
        CheckForm(record);
        if (record.Problem is not null)
            return true;

        record.IsUnnamed = _columns.Id < 0;
        record.Id = record.IsUnnamed ? _csv.RowNumber.ToString(CultureInfo.InvariantCulture) : _csv.GetString(_columns.Id).Trim();
        if (record.Id.Length == 0)
            record.Fail(RecordProblem.MissingId, record.Line, "the row has no identifier; expected an accession, so add one");

        if (_columns.Label >= 0)
            record.Label = _csv.GetString(_columns.Label);

        ReadPartition(record);
        _residues.Clear();
        _residues.Append(_csv.GetString(_columns.Sequence), record.Line);
        _residues.MoveTo(record);
        return true;
    }

    public override void Dispose() => _csv.Dispose();

    private static char FindSeparator(InputFile file)
    {
        using StreamReader text = file.OpenText();
        string? header;
        do
        {
            header = text.ReadLine();
        }
        while (header is not null && string.IsNullOrWhiteSpace(header));

        if (header?.TrimStart().StartsWith('>') == true)
        {
            throw new InvalidDataException(
                $"{file.Path}, line 1: expected a header line that names the columns but found a FASTA header; "
                + "use LoadFromFasta or LoadProteins.");
        }

        // A separator between quotes belongs to a name.
        string unquoted = string.Concat((header ?? "").Split('"').Where((_, i) => i % 2 == 0));
        return ",\t;".MaxBy(separator => unquoted.Count(c => c == separator));
    }

    private void CheckForm(ProteinRecord record)
    {
        if (_malformed is { } reason)
        {
            _malformed = null;
            if (reason == CsvMalformedReason.UnterminatedQuote)
            {
                throw new InvalidDataException(
                    $"{_path}, line {record.Line}: a quote opened in this row is never closed, so the rest of the file cannot "
                    + "be told apart; close it.");
            }

            record.Fail(RecordProblem.MalformedQuotes, record.Line,
                "a quote stands inside a field; expected quotes around whole fields, so double the quote and quote the field");
        }

        if (_csv.FieldCount != _columns.Count)
        {
            record.Fail(RecordProblem.FieldCount, record.Line,
                $"the row has {_csv.FieldCount} fields where the header has {_columns.Count}; "
                + "correct the row, or quote fields that hold a separator");
        }
    }

    private void ReadPartition(ProteinRecord record)
    {
        if (_columns.Partition < 0)
            return;

        string text = _csv.GetString(_columns.Partition).Trim();
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint partition))
        {
            record.Partition = partition;
        }
        else
        {
            record.Fail(RecordProblem.BadPartition, record.Line,
                $"protein '{record.Id}' has the partition '{text}'; "
                + $"expected a whole number of at least 0, so correct the column '{_csv.Headers[_columns.Partition]}'");
        }
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException damage)
        {
            throw new InvalidDataException(
                $"{_path}, line {damage.LineNumber}: the row is longer than {MaxRecordBytes} bytes; "
                + "expected one protein a row, so look for a quote that is not closed.",
                damage);
        }
    }

    private void Guard(Action read) => Guard(() =>
    {
        read();
        return true;
    });
}
