using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Names an embedding of one model: a SHA-256 over the residues and every setting that its values depend on.</summary>
internal readonly record struct EmbeddingKey(UInt128 Low, UInt128 High)
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = 32;

    /// <summary>The key of a sequence.</summary>
    public static EmbeddingKey Of(string residues, ProteinEmbeddingOptions options, LanguageModelVocabulary vocabulary)
    {
        bool fits = residues.Length <= options.MaxResidues;
        string settings = string.Join('|',
            vocabulary,
            options.Output,
            options.Output == EmbeddingOutput.PerResidue && residues.Length > options.Length ? options.Length : 0,
            fits ? 0 : options.MaxResidues,
            fits ? "" : options.LongSequences,
            fits || options.LongSequences != LongSequences.Windows ? 0 : options.WindowOverlap,
            residues);
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(Encoding.ASCII.GetBytes(settings), hash);
        return MemoryMarshal.Read<EmbeddingKey>(hash);
    }
}
