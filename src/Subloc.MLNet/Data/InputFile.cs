using System.Buffers;

namespace Subloc.MLNet.Data;

/// <summary>A file to load: its path as the caller gave it, and what it holds.</summary>
internal sealed record InputFile(string Path, InputFormat Format)
{
    private const int BufferSize = 1 << 16;
    private static readonly SearchValues<byte> _neverInText = SearchValues.Create(ControlBytes());

    /// <summary>Tells the format by the content: zip and gzip magic, '&gt;' first for FASTA, else delimited text.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is a pipe, is empty, or is neither text nor a zip archive.</exception>
    public static InputFile Detect(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path}: this is a folder; name a file in it.");

        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file; check the name and the folder that it starts from.", path);

        if (IsZip(path))
            return new InputFile(path, InputFormat.Npz);

        using StreamReader text = OpenText(path);
        int first;
        do
        {
            first = text.Read();
        }
        while (first >= 0 && char.IsWhiteSpace((char)first));

        if (first < 0)
            throw NoProteins(path, "is empty");

        return new InputFile(path, first == '>' ? InputFormat.Fasta : InputFormat.Delimited);
    }

    /// <summary>Opens the content, decompressed where the file is gzip.</summary>
    public Stream OpenBytes() => OpenBytes(Path);

    /// <summary>Opens the content as text: UTF-8, or UTF-16 where a byte order mark says so.</summary>
    public StreamReader OpenText() => OpenText(Path);

    /// <summary>Opens the content as a stream that can seek; gzip is unpacked into a temporary file that vanishes when closed.</summary>
    public Stream OpenSeekable()
    {
        Stream content = OpenBytes(Path);
        if (content.CanSeek)
            return content;

        using (content)
        {
            string temporary = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
            var unpacked = new FileStream(
                temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.DeleteOnClose);
            try
            {
                content.CopyTo(unpacked);
                unpacked.Position = 0;
                return unpacked;
            }
            catch
            {
                unpacked.Dispose();
                throw;
            }
        }
    }

    private static StreamReader OpenText(string path) => new(OpenBytes(path), bufferSize: BufferSize);

    private static Stream OpenBytes(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        if (!file.CanSeek)
        {
            file.Dispose();
            throw new InvalidDataException($"{path}: this is a pipe, which can be read only once; write it to a file first and name that.");
        }

        bool isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GzipContentStream(file, path) : file;
    }

    private static bool IsZip(string path)
    {
        var start = new byte[4096];
        using Stream content = OpenBytes(path);
        ReadOnlySpan<byte> bytes = start.AsSpan(0, content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        if (bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith("PK\u0005\u0006"u8))
            return true;

        bool isUtf16 = bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        if (!isUtf16 && bytes.ContainsAny(_neverInText))
            throw NoProteins(path, "holds binary data");

        return false;
    }

    private static InvalidDataException NoProteins(string path, string finding) =>
        new($"{path}: the file {finding}; expected FASTA, delimited text with a header line, or NPZ profiles.");

    private static byte[] ControlBytes() =>
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b).Where(b => !char.IsWhiteSpace((char)b) && b != 0x1A)];
}
