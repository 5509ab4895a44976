using System.Text;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>What is needed of a model file without reading its weights, which may be gigabytes.</summary>
/// <remarks>
/// Reads protobuf by hand: fields that matter are followed, all others are skipped by seeking. Field numbers are those of onnx.proto.
/// </remarks>
internal sealed class OnnxScan
{
    private readonly Stream _file;
    private readonly Dictionary<string, long> _rows = [];
    private readonly List<string> _tables = [];
    private readonly SortedSet<string> _externalFiles = new(StringComparer.Ordinal);

    private OnnxScan(Stream file)
    {
        _file = file;
    }

    /// <summary>Files that hold weights outside the model file, relative to its folder, in order.</summary>
    public IReadOnlyCollection<string> ExternalFiles => _externalFiles;

    /// <summary>Rows of the table that the tokens are looked up in; null where there is no such plain table.</summary>
    public int? TokenRows => _tables.Where(_rows.ContainsKey).Select(table => (int?)_rows[table]).FirstOrDefault();

    /// <summary>Reads a model.</summary>
    /// <param name="file">The model; can seek.</param>
    /// <param name="tokenInput">Name of the input that holds the tokens.</param>
    /// <exception cref="InvalidDataException">It is no ONNX model, or is cut off.</exception>
    public static OnnxScan Read(Stream file, string tokenInput)
    {
        var scan = new OnnxScan(file);
        scan.Message(file.Length, (model, _) =>
        {
            if (model == 7)
                scan.Nested((graph, _) => scan.ReadGraph(graph, tokenInput));
            return model == 7;
        });
        return scan;
    }

    private bool ReadGraph(int field, string tokenInput)
    {
        if (field == 1)
            ReadNode(tokenInput);
        else if (field == 5)
            ReadInitializer();
        return field is 1 or 5;
    }

    private void ReadNode(string tokenInput)
    {
        var inputs = new List<string>();
        string kind = "";
        Nested((field, _) =>
        {
            if (field == 1)
                inputs.Add(ReadText());
            else if (field == 4)
                kind = ReadText();
            return field is 1 or 4;
        });
        if (kind == "Gather" && inputs.Count == 2 && inputs[1] == tokenInput)
            _tables.Add(inputs[0]);
    }

    private void ReadInitializer()
    {
        var extents = new List<long>();
        string name = "";
        Nested((field, wire) =>
        {
            switch (field, wire)
            {
                case (1, 0):
                    extents.Add((long)ReadNumber());
                    return true;
                case (1, 2):
                    long end = ReadLength() is var length ? _file.Position + length : 0;
                    while (_file.Position < end)
                        extents.Add((long)ReadNumber());
                    return true;
                case (8, 2):
                    name = ReadText();
                    return true;
                case (13, 2):
                    ReadExternal();
                    return true;
                default:
                    return false;
            }
        });
        if (extents.Count == 2)
            _rows[name] = extents[0];
    }

    private void ReadExternal()
    {
        string key = "", value = "";
        Nested((field, _) =>
        {
            if (field == 1)
                key = ReadText();
            else if (field == 2)
                value = ReadText();
            return field is 1 or 2;
        });
        if (key == "location")
            _externalFiles.Add(value);
    }

    private void Nested(Func<int, int, bool> read) => Message(ReadLength() is var length ? _file.Position + length : 0, read);

    // Gives each field and its wire type to a delegate, which says whether it has read the field; otherwise it is skipped.
    private void Message(long end, Func<int, int, bool> read)
    {
        while (_file.Position < end)
        {
            ulong tag = ReadNumber();
            if (read((int)(tag >> 3), (int)(tag & 7)))
                continue;
            switch (tag & 7)
            {
                case 0:
                    ReadNumber();
                    break;
                case 1:
                    _file.Seek(8, SeekOrigin.Current);
                    break;
                case 2:
                    _file.Seek(ReadLength(), SeekOrigin.Current);
                    break;
                case 5:
                    _file.Seek(4, SeekOrigin.Current);
                    break;
                default:
                    throw new InvalidDataException("The file is no ONNX model.");
            }
        }

        if (_file.Position != end)
            throw new InvalidDataException("The file is cut off or is no ONNX model.");
    }

    private ulong ReadNumber()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int part = _file.ReadByte();
            if (part < 0)
                throw new InvalidDataException("The file is cut off.");
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return number;
        }

        throw new InvalidDataException("The file is no ONNX model.");
    }

    private long ReadLength()
    {
        ulong length = ReadNumber();
        return length <= (ulong)(_file.Length - _file.Position) ? (long)length : throw new InvalidDataException("The file is cut off or is no ONNX model.");
    }

    private string ReadText()
    {
        long length = ReadLength();
        if (length > 1 << 20)
            throw new InvalidDataException("The file is no ONNX model: it has a name of more than a million letters.");
        var text = new byte[length];
        _file.ReadExactly(text);
        return Encoding.UTF8.GetString(text);
    }
}
