using System.Globalization;
using System.Text.RegularExpressions;

namespace Subloc.MLNet.TorchSharp.Checkpoints;

/// <summary>A folder with the checkpoints of one training, held by one process at a time.</summary>
internal sealed partial class CheckpointFolder : IDisposable
{
    private const string Temporary = ".tmp";
    private const string Damaged = ".damaged";

    private readonly CheckpointOptions _options;
    private readonly FileStream _lock;

    private CheckpointFolder(CheckpointOptions options, FileStream @lock)
    {
        _options = options;
        _lock = @lock;
    }

    /// <summary>The checkpoints, newest first.</summary>
    public IReadOnlyList<string> Files =>
        [.. from path in Directory.EnumerateFiles(_options.Directory)
            let name = FileName().Match(Path.GetFileName(path))
            where name.Success
            orderby Number(name, 1) descending, Number(name, 2) descending
            select path];

    /// <summary>Opens the folder, makes it where it does not exist, and removes what an interrupted process left there.</summary>
    /// <exception cref="IOException">Nothing can be written there, or another process is using it.</exception>
    /// <exception cref="InvalidOperationException">It holds checkpoints, which are not to be resumed.</exception>
    public static CheckpointFolder Open(CheckpointOptions options)
    {
        CheckpointFolder? folder = null;
        try
        {
            Directory.CreateDirectory(options.Directory);
            folder = new CheckpointFolder(options, new FileStream(
                Path.Combine(options.Directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
            if (!options.Resume && folder.Files.Count > 0)
                throw new InvalidOperationException($"{options.Directory}: the folder holds checkpoints of an earlier training; set Resume to continue it, or name another folder.");

            folder.Clean();
            return folder;
        }
        catch (Exception error)
        {
            folder?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw new IOException($"{options.Directory}: no checkpoint can be written in this folder ({error.Message.TrimEnd('.')}); name another one.", error);
            throw;
        }
    }

    /// <summary>Writes a checkpoint, which appears when it is whole and on the disk, and deletes those that are too many.</summary>
    /// <param name="epoch">Whole epochs that it holds.</param>
    /// <param name="batch">Batches after them.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(int epoch, int batch, Action<Stream> write)
    {
        string path = Path.Combine(_options.Directory, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{epoch:D6}-{batch:D6}.zip"));
        string temporary = path + Temporary;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            foreach (string old in Files.Skip(_options.Keep))
                File.Delete(old);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw new IOException($"{path}: the checkpoint could not be written ({error.Message.TrimEnd('.')}).", error);
        }
    }

    /// <summary>Puts a checkpoint that is not whole out of the way; the next start removes it.</summary>
    public static void SetAside(string path) => File.Move(path, path + Damaged, overwrite: true);

    public void Dispose() => _lock.Dispose();

    private void Clean()
    {
        foreach (string path in Directory.EnumerateFiles(_options.Directory))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (Path.GetExtension(path) is Temporary or Damaged && FileName().IsMatch(name))
                File.Delete(path);
        }
    }

    // A disk that was too full for the checkpoint is not to stay full.
    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next start deletes it.
        }
    }

    private static long Number(Match name, int group) => long.Parse(name.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^checkpoint-([0-9]{6,10})-([0-9]{6,10})\.zip$")]
    private static partial Regex FileName();
}
