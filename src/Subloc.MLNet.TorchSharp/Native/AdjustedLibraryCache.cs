using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>
/// Keeps adjusted copies of libraries in a folder that only the user can reach, one file for each original. A file found there is loaded
/// only when it is private and holds exactly the expected bytes; otherwise it is written anew.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class AdjustedLibraryCache(NativeEnvironment environment)
{
    private const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly NativeEnvironment _environment = environment;

    /// <summary>The folder of the copies; null when nothing says where it could be.</summary>
    public string? Folder
    {
        get
        {
            if (_environment.Variable(NativeEnvironment.CacheVariable) is { Length: > 0 } named)
                return Path.Combine(Path.GetFullPath(named), "native");

            // The base-directory specification says that a relative path is to be ignored.
            if (_environment.Variable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache))
                return Path.Combine(cache, "subloc", "native");

            return _environment.Home.Length > 0 ? Path.Combine(_environment.Home, ".cache", "subloc", "native") : null;
        }
    }

    /// <summary>The copy in the cache, or one in a temporary folder where the cache cannot be used.</summary>
    /// <param name="name">The library's file name.</param>
    /// <param name="original">The content of the original.</param>
    /// <param name="adjusted">The content of the copy.</param>
    /// <exception cref="LibTorchException">No folder can be written.</exception>
    public AdjustedLibrary Store(string name, byte[] original, byte[] adjusted)
    {
        try
        {
            if (Folder is { } folder && MakePrivate(folder))
                return new(Keep(folder, name, original, adjusted), IsTemporary: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A read-only home: a temporary folder does as well.
        }

        return StoreTemporarily(name, adjusted);
    }

    /// <summary>A copy in a new temporary folder.</summary>
    /// <exception cref="LibTorchException">There is no temporary folder that can be written.</exception>
    public AdjustedLibrary StoreTemporarily(string name, byte[] adjusted)
    {
        try
        {
            var path = Path.Combine(Directory.CreateTempSubdirectory("subloc-").FullName, name);
            Write(path, adjusted);
            return new(path, IsTemporary: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LibTorchException(
                $"An adjusted copy of {name} can be written neither to {Folder ?? "a cache folder"} nor to {Path.GetTempPath()} ({exception.Message}); "
                + $"let {NativeEnvironment.CacheVariable} name a folder that this user can write.", exception);
        }
    }

    private static string Keep(string folder, string name, byte[] original, byte[] adjusted)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(original));
        var path = Path.Combine(folder, $"{key}-{name}");
        if (LinuxOwnership.Of(path) is { IsPrivate: true } && File.ReadAllBytes(path).AsSpan().SequenceEqual(adjusted))
            return path;

        // Another process may do the same: each writes a file of its own, and a rename is atomic.
        var temporary = Path.Combine(folder, $"{key}-{Guid.NewGuid():N}.tmp");
        try
        {
            Write(temporary, adjusted);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return path;
    }

    private static bool MakePrivate(string folder)
    {
        // Whoever can rename the folder could put another in its place, so the one above counts too.
        var above = Path.GetDirectoryName(folder)!;
        Directory.CreateDirectory(above, PrivateFolder);
        if (LinuxOwnership.Of(above) is not { IsOpenToAll: false })
            return false;

        Directory.CreateDirectory(folder, PrivateFolder);
        if (LinuxOwnership.Of(folder) is not { IsMine: true, IsLink: false } found)
            return false;

        if (!found.IsPrivate)
        {
            // Others could have put files here, or hold them open.
            File.SetUnixFileMode(folder, PrivateFolder);
            foreach (var file in Directory.EnumerateFiles(folder))
                File.Delete(file);
        }

        return true;
    }

    private static void Write(string path, byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFile };
        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
