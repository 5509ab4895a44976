namespace Subloc.MLNet.Data;

/// <summary>Reads FASTA text record by record.</summary>
internal sealed class FastaReader(TextReader text) : ProteinReader
{
    private readonly ResidueBuffer _residues = new();
    private string? _header;
    private long _line;
    private bool _started;

    public override bool HasPartition => false;

    public override bool Read(ProteinRecord record)
    {
        if (!_started)
        {
            _started = true;
            record.Clear(0);
            ReadToFirstHeader(record);
            if (record.Problem is not null)
                return true;
        }

        if (_header is null)
            return false;

        record.Clear(_line);
        (record.Id, record.Label) = FastaHeader.Parse(_header.AsSpan(1));
        if (record.Id.Length == 0)
            record.Fail(RecordProblem.MissingId, _line, "the header names no protein; expected an identifier after '>', so add one");

        ReadSequence(record);
        return true;
    }

    public override void Dispose() => text.Dispose();

    private void ReadToFirstHeader(ProteinRecord record)
    {
        while (NextLine() is { } line)
        {
            if (line[0] == '>')
            {
                _header = line;
                return;
            }

            record.Fail(RecordProblem.NoHeader, _line,
                "text stands before the first header; "
                + "FASTA starts with a line '>identifier', so add it or load the file in its own format");
        }
    }

    private void ReadSequence(ProteinRecord record)
    {
        bool any = false;
        _residues.Clear();
        while ((_header = NextLine()) is not null && _header[0] != '>')
        {
            any = true;
            _residues.Append(_header, _line);
        }

        if (any)
        {
            _residues.MoveTo(record);
        }
        else
        {
            record.Fail(RecordProblem.EmptySequence, record.Line,
                $"protein '{record.Id}' has a header but no sequence; "
                + "expected residues on the next line, so add them or remove the header");
        }
    }

    /// <summary>Next line that is not blank, without white space around it; null at the end.</summary>
    private string? NextLine()
    {
        while (text.ReadLine() is { } line)
        {
            _line++;
            line = line.Trim();
            if (line.Length > 0)
                return line;
        }

        return null;
    }
}
