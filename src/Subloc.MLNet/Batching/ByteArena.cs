using System.IO.MemoryMappedFiles;

namespace Subloc.MLNet.Batching;

/// <summary>Bytes in few large blocks; blocks beyond a budget of memory lie in a temporary file that is mapped for reading.</summary>
/// <remarks>Several threads may read; none while another one adds.</remarks>
internal sealed class ByteArena : IDisposable
{
    private const int SmallestBlock = 4 << 10;
    private const int FirstBlock = 16 << 10;
    private const int LargestBlock = 4 << 20;

    private readonly List<Block> _blocks = [];
    private readonly long _budget;
    private readonly string _folder;
    private readonly int _largest;
    private SpillFile? _file;
    private int _open = -1;
    private int _used;
    private long _resident;
    private long _size;

    /// <param name="budget">Bytes of full blocks that stay in memory; the block being filled, at most 4 MiB unless one value is longer, comes on top.</param>
    /// <param name="folder">Folder of the temporary file; null takes the system's.</param>
    public ByteArena(long budget, string? folder = null)
    {
        _budget = budget;
        _folder = folder ?? Path.GetTempPath();
        _largest = (int)Math.Clamp(budget / 16, SmallestBlock, LargestBlock);
    }

    /// <summary>Bytes in the temporary file.</summary>
    public long SpilledBytes { get; private set; }

    /// <summary>Adds a value.</summary>
    /// <returns>Its place, for <see cref="Read"/>.</returns>
    /// <exception cref="IOException">The budget is used up and the temporary file cannot be written.</exception>
    public long Add(ReadOnlySpan<byte> value)
    {
        if (_open < 0 || _used + value.Length > _blocks[_open].Memory!.Length)
            Open(value.Length);

        value.CopyTo(_blocks[_open].Memory.AsSpan(_used));
        long place = ((long)_open << 32) | (uint)_used;
        _used += value.Length;
        return place;
    }

    /// <summary>Copies bytes out.</summary>
    /// <param name="place">Where the value lies.</param>
    /// <param name="destination">Receives as many bytes of the value as it has room for.</param>
    public void Read(long place, Span<byte> destination)
    {
        Block block = _blocks[(int)(place >> 32)];
        int start = (int)(place & int.MaxValue);
        if (block.Memory is { } memory)
            memory.AsSpan(start, destination.Length).CopyTo(destination);
        else
            block.View!.SafeMemoryMappedViewHandle.ReadSpan((ulong)(block.View.PointerOffset + start), destination);
    }

    /// <summary>Removes all values; what lay in memory is kept for new ones.</summary>
    public void Clear()
    {
        if (_file is not null)
            Dispose();
        (_open, _used, _resident) = (Math.Min(0, _blocks.Count - 1), 0, 0);
    }

    public void Dispose()
    {
        foreach (Block block in _blocks)
            block.View?.Dispose();
        _blocks.Clear();
        _file?.Dispose();
        _file = null;
        (_open, _used, _resident, _size, SpilledBytes) = (-1, 0, 0, 0, 0);
    }

    private void Open(int size)
    {
        byte[]? free = _open < 0 ? null : Close();
        _used = 0;
        while (++_open < _blocks.Count)
        {
            // Left from before Clear.
            if (_blocks[_open].Length >= size)
                return;
        }

        // In proportion to all that is there, so that what the last block leaves unused is little beside it.
        int wanted = (int)Math.Clamp(_size / 32, Math.Min(FirstBlock, _largest), _largest);
        if (free is null || free.Length < Math.Max(size, wanted))
            free = GC.AllocateUninitializedArray<byte>(Math.Max(size, wanted));
        _blocks.Add(new Block(free, null, free.Length));
        _size += free.Length;
    }

    // Gives the memory back when the block went to the file.
    private byte[]? Close()
    {
        byte[] memory = _blocks[_open].Memory!;
        if (_resident + memory.Length <= _budget)
        {
            _resident += memory.Length;
            return null;
        }

        _file ??= SpillFile.Create(_folder);
        _blocks[_open] = new Block(null, _file.Append(memory.AsSpan(0, _used)), memory.Length);
        SpilledBytes += _used;
        return memory;
    }

    private readonly record struct Block(byte[]? Memory, MemoryMappedViewAccessor? View, int Length);
}
