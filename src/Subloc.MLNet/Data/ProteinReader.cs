namespace Subloc.MLNet.Data;

/// <summary>Reads one text file of proteins from start to end.</summary>
internal abstract class ProteinReader : IDisposable
{
    /// <summary>Whether every record has a homology partition.</summary>
    public abstract bool HasPartition { get; }

    /// <summary>Reads the next record, faulty ones included.</summary>
    /// <param name="record">Receives the record.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="InvalidDataException">The file as a whole is damaged.</exception>
    public abstract bool Read(ProteinRecord record);

    public abstract void Dispose();
}
