namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>An adjusted copy of a library, ready to be loaded.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsTemporary">Whether it lies in a folder of its own that is to be deleted once the file is loaded.</param>
internal sealed record AdjustedLibrary(string Path, bool IsTemporary) : IDisposable
{
    /// <summary>Deletes a temporary copy; a library that is loaded stays loaded.</summary>
    public void Dispose()
    {
        if (!IsTemporary)
            return;

        try
        {
            Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A copy left in the temporary folder does no harm.
        }
    }
}
