namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>The libraries that a start loads.</summary>
/// <param name="Folder">The folder of libtorch.</param>
/// <param name="Source">How it was found.</param>
/// <param name="Version">Its version where that can be told, such as <c>2.10.0</c>.</param>
/// <param name="BridgePath">TorchSharp's own library.</param>
internal sealed record LibTorchInstallation(string Folder, LibTorchSource Source, string? Version, string BridgePath);
