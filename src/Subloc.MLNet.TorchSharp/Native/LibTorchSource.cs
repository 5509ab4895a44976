namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>How libtorch was found.</summary>
public enum LibTorchSource
{
    /// <summary>Not found.</summary>
    None,

    /// <summary>The environment variable <c>SUBLOC_LIBTORCH</c> names it.</summary>
    Variable,

    /// <summary>It lies beside the application.</summary>
    Application,

    /// <summary>It lies in the NuGet package cache.</summary>
    PackageCache,

    /// <summary>The application had loaded it before.</summary>
    AlreadyLoaded,
}
