using System.IO.Compression;

namespace Subloc.MLNet.Data;

/// <summary>Decompresses gzip and, unlike the platform's stream, refuses a file that is cut off.</summary>
/// <remarks>
/// The platform's stream takes the end of the file for the end of the data. Here a small gzip member is appended to the file
/// while it is read: it comes out whole at the end only if the file's own last member is complete, and is kept from the caller.
/// </remarks>
internal sealed class GzipContentStream(Stream file, string path) : ReadOnlyStream
{
    private static readonly byte[] _seal = "Subloc end of data"u8.ToArray();
    private static readonly byte[] _sealMember = Compress(_seal);

    private readonly GZipStream _gzip = new(new AppendingStream(file, _sealMember), CompressionMode.Decompress);
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _total;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;

        // What may be the seal stays behind until more bytes show that it is not.
        while (_end - _start <= _seal.Length)
        {
            if (Fill())
                continue;

            if (!_buffer.AsSpan(_start, _end - _start).SequenceEqual(_seal))
                throw Damaged(null);

            return 0;
        }

        int count = Math.Min(buffer.Length, _end - _start - _seal.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        _total += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _gzip.Dispose();
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        try
        {
            int read = _gzip.Read(_buffer.AsSpan(_end));
            _end += read;
            return read > 0;
        }
        catch (InvalidDataException damage)
        {
            throw Damaged(damage);
        }
    }

    private InvalidDataException Damaged(Exception? cause) =>
        new($"{path}: the gzip data are damaged or cut off after {_total} decompressed bytes; "
            + "expected a complete gzip file, so copy it again.", cause);

    private static byte[] Compress(byte[] data)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            gzip.Write(data);
        return compressed.ToArray();
    }

    /// <summary>The bytes of a stream, and then those of an array.</summary>
    private sealed class AppendingStream(Stream first, byte[] second) : ReadOnlyStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            int read = first.Read(buffer);
            if (read > 0)
                return read;

            read = Math.Min(buffer.Length, second.Length - _position);
            second.AsSpan(_position, read).CopyTo(buffer);
            _position += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                first.Dispose();
            base.Dispose(disposing);
        }
    }
}
