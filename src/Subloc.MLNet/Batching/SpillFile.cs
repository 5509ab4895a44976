using System.IO.MemoryMappedFiles;

namespace Subloc.MLNet.Batching;

/// <summary>A temporary file for bytes that memory is not to hold; it is gone when this is disposed or the process ends in any way.</summary>
internal sealed class SpillFile : IDisposable
{
    private readonly FileStream _file;
    private readonly string _place;
    private long _length;

    /// <param name="file">An open file, to be written and read; owned from now on.</param>
    /// <param name="place">What errors call it.</param>
    public SpillFile(FileStream file, string place)
    {
        _file = file;
        _place = place;
    }

    /// <summary>Makes the file.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <exception cref="IOException">It cannot be made there.</exception>
    public static SpillFile Create(string folder)
    {
        string path = Path.Combine(folder, $"subloc-{Path.GetRandomFileName()}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 };
            if (OperatingSystem.IsWindows())
            {
                options.Options = FileOptions.DeleteOnClose;
                return new SpillFile(new FileStream(path, options), folder);
            }

            // An open file without a name is freed by the system also after a crash, which DeleteOnClose leaves it after.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var file = new FileStream(path, options);
            File.Delete(path);
            return new SpillFile(file, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(folder, exception);
        }
    }

    /// <summary>Adds bytes at the end and maps them for reading.</summary>
    /// <exception cref="IOException">They cannot be written, as on a full disk.</exception>
    public MemoryMappedViewAccessor Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            // Written before it is mapped: a full disk is an error here, where writing through the map would end the process.
            RandomAccess.Write(_file.SafeFileHandle, bytes, _length);
            using var map = MemoryMappedFile.CreateFromFile(
                _file, mapName: null, _length + bytes.Length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            MemoryMappedViewAccessor view = map.CreateViewAccessor(_length, bytes.Length, MemoryMappedFileAccess.Read);
            _length += bytes.Length;
            return view;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(_place, exception);
        }
    }

    public void Dispose() => _file.Dispose();

    private static IOException Failure(string place, Exception cause) => new(
        $"The encoded proteins exceed CacheBytes, and the temporary file for the rest in '{place}' cannot be written; free space there, let {(OperatingSystem.IsWindows() ? "TMP" : "TMPDIR")} name another folder, or raise CacheBytes. "
        + $"The system says: {cause.Message}", cause);
}
