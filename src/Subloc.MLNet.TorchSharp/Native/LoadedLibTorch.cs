namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>What a start has loaded.</summary>
/// <param name="Installation">Where it was found.</param>
/// <param name="AdjustedPath">The adjusted copy of TorchSharp's own library; null where the library itself was loaded.</param>
internal sealed record LoadedLibTorch(LibTorchInstallation Installation, string? AdjustedPath);
