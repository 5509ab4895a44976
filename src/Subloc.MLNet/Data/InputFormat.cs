namespace Subloc.MLNet.Data;

/// <summary>What a file holds, told by its content.</summary>
internal enum InputFormat
{
    Fasta,
    Delimited,
    Npz,
}
