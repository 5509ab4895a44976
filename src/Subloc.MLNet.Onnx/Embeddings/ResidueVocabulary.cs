using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Turns residues into the tokens of a language model, between its start and end tokens.</summary>
internal sealed class ResidueVocabulary
{
    /// <summary>Tokens that frame the residues: one before and one behind.</summary>
    public const int Frame = 2;

    private readonly long[] _tokens = new long[128];

    /// <param name="kind">Name in the options.</param>
    /// <param name="tokens">All tokens in order.</param>
    /// <param name="start">Token before the residues.</param>
    /// <param name="end">Token behind the residues.</param>
    /// <param name="padding">Token that fills a batch up.</param>
    /// <param name="unknown">Token of a letter that is none.</param>
    /// <param name="readAsX">Letters read as X.</param>
    private ResidueVocabulary(LanguageModelVocabulary kind, string[] tokens, string start, string end, string padding, string unknown, string readAsX)
    {
        Kind = kind;
        Size = tokens.Length;
        Start = Array.IndexOf(tokens, start);
        End = Array.IndexOf(tokens, end);
        Padding = Array.IndexOf(tokens, padding);
        Array.Fill(_tokens, Array.IndexOf(tokens, unknown));
        for (char letter = 'A'; letter <= 'Z'; letter++)
        {
            int token = Array.IndexOf(tokens, readAsX.Contains(letter, StringComparison.Ordinal) ? "X" : letter.ToString());
            if (token >= 0)
                _tokens[letter] = _tokens[char.ToLowerInvariant(letter)] = token;
        }

        _tokens['*'] = _tokens['X'];
    }

    /// <summary>The tokens of ESM-2 and ESM-1b.</summary>
    public static ResidueVocabulary Esm2 { get; } = new(
        LanguageModelVocabulary.Esm2,
        ["<cls>", "<pad>", "<eos>", "<unk>", .. Letters("LAGVSERTIDPKQNFYMHWCXBUZO.-"), "<null_1>", "<mask>"],
        "<cls>", "<eos>", "<pad>", "<unk>", readAsX: "");

    /// <summary>The tokens of ProtBERT.</summary>
    public static ResidueVocabulary ProtBert { get; } = new(
        LanguageModelVocabulary.ProtBert,
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Letters("LAGVESIKRDTPNQFYMHCWXUBZO")],
        "[CLS]", "[SEP]", "[PAD]", "[UNK]", readAsX: "UZOB");

    /// <summary>Its name in the options.</summary>
    public LanguageModelVocabulary Kind { get; }

    /// <summary>Number of tokens.</summary>
    public int Size { get; }

    /// <summary>Token before the residues.</summary>
    public long Start { get; }

    /// <summary>Token behind the residues.</summary>
    public long End { get; }

    /// <summary>Token that fills a batch up.</summary>
    public long Padding { get; }

    /// <summary>The vocabulary of a number of tokens, or null.</summary>
    public static ResidueVocabulary? OfSize(int size) => size == Esm2.Size ? Esm2 : size == ProtBert.Size ? ProtBert : null;

    /// <summary>Writes start token, residues and end token.</summary>
    /// <param name="residues">Letters that were checked by <see cref="Check"/>.</param>
    /// <param name="ids">Receives them; two longer than the residues.</param>
    public void Encode(ReadOnlySpan<char> residues, Span<long> ids)
    {
        ids[0] = Start;
        for (int i = 0; i < residues.Length; i++)
            ids[i + 1] = _tokens[residues[i]];
        ids[residues.Length + 1] = End;
    }

    /// <summary>A sequence in upper case without stops at its end.</summary>
    /// <exception cref="InvalidDataException">It is empty or has a character that is not a residue letter.</exception>
    public static string Check(ReadOnlySpan<char> sequence)
    {
        sequence = sequence.TrimEnd('*');
        if (sequence.IsEmpty)
            throw new InvalidDataException("The sequence is empty; give at least one residue or leave the row out.");
        foreach (char letter in sequence)
        {
            if (Alphabet.TokenOf(letter) == Alphabet.Padding)
                throw new InvalidDataException(SequenceTokens.ForeignLetter(sequence));
        }

        return string.Create(sequence.Length, sequence, (upper, letters) => letters.ToUpperInvariant(upper));
    }

    private static IEnumerable<string> Letters(string letters) => letters.Select(letter => letter.ToString());
}
