namespace Subloc.MLNet.Data;

/// <summary>Computes the CRC-32 of what is read through it; the platform's zip reader does not compare it.</summary>
internal sealed class ChecksumStream(Stream content) : ReadOnlyStream
{
    private static readonly uint[] _table = MakeTable();
    private uint _register = uint.MaxValue;

    /// <summary>CRC-32 of the bytes read so far, as zip and gzip define it.</summary>
    public uint Checksum => ~_register;

    public override int Read(Span<byte> buffer)
    {
        int read = content.Read(buffer);
        uint register = _register;
        foreach (byte value in buffer[..read])
            register = _table[(byte)(register ^ value)] ^ (register >> 8);
        _register = register;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint value = 0; value < 256; value++)
        {
            uint register = value;
            for (int bit = 0; bit < 8; bit++)
                register = (register & 1) == 0 ? register >> 1 : (register >> 1) ^ 0xEDB88320;
            table[value] = register;
        }

        return table;
    }
}
