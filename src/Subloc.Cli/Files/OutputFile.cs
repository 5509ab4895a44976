using Subloc.Cli.Failures;

namespace Subloc.Cli.Files;

/// <summary>A file to write: under a temporary name beside its place, renamed when it is whole.</summary>
internal sealed class OutputFile
{
    private readonly string _name;
    private readonly string _target;
    private readonly bool _isDevice;

    private OutputFile(string name)
    {
        _name = name;
        string full = Path.GetFullPath(name);
        _isDevice = IsDevice(full);
        _target = !_isDevice && File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }

    /// <summary>Checks, before any work, that no file is written twice or over an input.</summary>
    /// <exception cref="RequestException">One is.</exception>
    public static void CheckApart(IEnumerable<string> outputs, IEnumerable<string> inputs)
    {
        StringComparer comparer = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        var read = inputs.Select(Resolve).ToHashSet(comparer);
        var written = new HashSet<string>(comparer);
        foreach (string output in outputs)
        {
            string full = Resolve(output);
            if (IsDevice(full))
                continue;
            if (read.Contains(full))
                throw new RequestException($"{output}: this file is read as well; name another one to write.");
            if (!written.Add(full))
                throw new RequestException($"{output}: two results are to be written to this file; name another one for one of them.");
        }
    }

    /// <summary>Checks, before any work, that a file can be written.</summary>
    /// <exception cref="RequestException">It cannot.</exception>
    public static OutputFile Prepare(string name)
    {
        if (Directory.Exists(name))
            throw new RequestException($"{name}: this is a folder; name a file to write in it.");

        string folder = Path.GetDirectoryName(Path.GetFullPath(name)) ?? "";
        if (!Directory.Exists(folder))
            throw new RequestException($"{name}: the folder {folder} does not exist; create it or name another one.");

        var file = new OutputFile(name);
        try
        {
            if (!file._isDevice)
                new FileStream(file.MakeTemporaryName(), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"{name}: nothing can be written in this folder ({error.Message.TrimEnd('.')}); name another one.");
        }

        return file;
    }

    /// <summary>Writes the file; it appears when the writing has succeeded, and never in part.</summary>
    public void Write(Action<Stream> write)
    {
        if (_isDevice)
        {
            using var device = new FileStream(_target, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }

        string temporary = MakeTemporaryName();
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
                write(stream);
            File.Move(temporary, _target, overwrite: true);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new IOException($"{_name}: the file could not be written ({error.Message.TrimEnd('.')}).", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static bool IsDevice(string full) => !OperatingSystem.IsWindows() && full.StartsWith("/dev/", StringComparison.Ordinal);

    // The path without links, in folders either.
    private static string Resolve(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FileSystemInfo? target = IsDevice(full) ? null
            : File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)
            : Directory.Exists(full) ? Directory.ResolveLinkTarget(full, returnFinalTarget: true)
            : null;
        if (target is not null)
            full = target.FullName;
        return Path.GetDirectoryName(full) is { } folder && !IsDevice(full) ? Path.Combine(Resolve(folder), Path.GetFileName(full)) : full;
    }

    private string MakeTemporaryName() => $"{_target}.{Path.GetRandomFileName()}.tmp";
}
