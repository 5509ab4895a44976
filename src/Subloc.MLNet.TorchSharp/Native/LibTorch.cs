namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Starts libtorch, the native library below TorchSharp.</summary>
/// <remarks>
/// <para>
/// libtorch is looked for in the folder that the environment variable <c>SUBLOC_LIBTORCH</c> names (a libtorch folder, its <c>lib</c>, or a
/// PyTorch installation), then beside the application, then in the NuGet package cache. It is loaded from where it lies.
/// </para>
/// <para>
/// On a Linux system whose libstdc++ is one release too old for TorchSharp's own library (Debian 12, Ubuntu 22.04), an adjusted copy of that
/// one file is kept in the user's cache folder (<c>SUBLOC_CACHE</c>, or <c>subloc</c> in <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>).
/// </para>
/// </remarks>
public static class LibTorch
{
    private static readonly Lock _lock = new();
    private static volatile LoadedLibTorch? _loaded;

    /// <summary>Loads libtorch unless it is loaded; to be called before the first use of <c>torch</c>, from any thread, any number of times.</summary>
    /// <exception cref="LibTorchException">libtorch is missing, damaged or does not fit this system; the message names the cure.</exception>
    public static void Start() => Load();

    /// <summary>Starts libtorch and reports what was found and what is wrong; never throws.</summary>
    public static LibTorchReport Inspect() => new SystemInspection(Load).Run();

    internal static LoadedLibTorch Load()
    {
        if (_loaded is { } loaded)
            return loaded;

        lock (_lock)
            return _loaded ??= new LibTorchLoader(NativeEnvironment.Current).Load();
    }
}
