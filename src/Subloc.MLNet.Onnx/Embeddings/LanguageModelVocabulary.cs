namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>The tokens that a protein language model reads.</summary>
public enum LanguageModelVocabulary
{
    /// <summary>Told by the model itself: the rows of its token table, 33 for ESM-2 and 30 for ProtBERT.</summary>
    Auto,

    /// <summary>ESM-2 (and ESM-1b): 33 tokens; <c>&lt;cls&gt;</c>, the residues, <c>&lt;eos&gt;</c>.</summary>
    /// <remarks>B, U, Z, O and X are tokens of their own; J, which the vocabulary lacks, is read as unknown.</remarks>
    Esm2,

    /// <summary>ProtBERT: 30 tokens; <c>[CLS]</c>, the residues, <c>[SEP]</c>.</summary>
    /// <remarks>U, Z, O and B are read as X, as in the model's training; J, which the vocabulary lacks, is read as unknown.</remarks>
    ProtBert,
}
