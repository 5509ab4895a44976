namespace Subloc.MLNet.Sequences;

/// <summary>The residue letters, their tokens and their channels.</summary>
/// <remarks>
/// <para>
/// Twenty residues stand in the order of the published substitution matrices, <c>ARNDCQEGHILKMFPSTWYV</c>, and are the tokens
/// 1 to 20. The ambiguity letters are the tokens 21 to 24: B is aspartate or asparagine, Z is glutamate or glutamine, J is
/// leucine or isoleucine, X is any residue. Token 0 is padding.
/// </para>
/// <para>
/// Lower case is read as upper case. U (selenocysteine) is read as C and O (pyrrolysine) as K, the residues whose place they
/// take. <c>*</c> is a translation stop: it is dropped at the end of a sequence and read as X inside one. Every other
/// character is an error.
/// </para>
/// </remarks>
public static class Alphabet
{
    /// <summary>The twenty residues, in the order of tokens 1 to 20 and of the channels.</summary>
    public const string Residues = "ARNDCQEGHILKMFPSTWYV";

    /// <summary>All letters that have a token of their own, in the order of tokens 1 to 24.</summary>
    public const string Letters = Residues + "BZJX";

    /// <summary>Number of residues, and of channels: 20.</summary>
    public const int ResidueCount = 20;

    /// <summary>Number of tokens without padding: 24.</summary>
    public const int TokenCount = 24;

    /// <summary>Token of padding: 0, which is also ML.NET's missing key.</summary>
    public const byte Padding = 0;

    /// <summary>Token of X, any residue.</summary>
    public const byte Unknown = 24;

    // The matrix of Henikoff and Henikoff (1992), half-bit units, rows and columns in the order of Residues.
    private static readonly sbyte[] _blosum62 =
    [
         4, -1, -2, -2,  0, -1, -1,  0, -2, -1, -1, -1, -1, -2, -1,  1,  0, -3, -2,  0,
        -1,  5,  0, -2, -3,  1,  0, -2,  0, -3, -2,  2, -1, -3, -2, -1, -1, -3, -2, -3,
        -2,  0,  6,  1, -3,  0,  0,  0,  1, -3, -3,  0, -2, -3, -2,  1,  0, -4, -2, -3,
        -2, -2,  1,  6, -3,  0,  2, -1, -1, -3, -4, -1, -3, -3, -1,  0, -1, -4, -3, -3,
         0, -3, -3, -3,  9, -3, -4, -3, -3, -1, -1, -3, -1, -2, -3, -1, -1, -2, -2, -1,
        -1,  1,  0,  0, -3,  5,  2, -2,  0, -3, -2,  1,  0, -3, -1,  0, -1, -2, -1, -2,
        -1,  0,  0,  2, -4,  2,  5, -2,  0, -3, -3,  1, -2, -3, -1,  0, -1, -3, -2, -2,
         0, -2,  0, -1, -3, -2, -2,  6, -2, -4, -4, -2, -3, -3, -2,  0, -2, -2, -3, -3,
        -2,  0,  1, -1, -3,  0,  0, -2,  8, -3, -3, -1, -2, -1, -2, -1, -2, -2,  2, -3,
        -1, -3, -3, -3, -1, -3, -3, -4, -3,  4,  2, -3,  1,  0, -3, -2, -1, -3, -1,  3,
        -1, -2, -3, -4, -1, -2, -3, -4, -3,  2,  4, -2,  2,  0, -3, -2, -1, -2, -1,  1,
        -1,  2,  0, -1, -3,  1,  1, -2, -1, -3, -2,  5, -1, -3, -1,  0, -1, -3, -2, -2,
        -1, -1, -2, -3, -1,  0, -2, -3, -2,  1,  2, -1,  5,  0, -2, -1, -1, -1, -1,  1,
        -2, -3, -3, -3, -2, -3, -3, -3, -1,  0,  0, -3,  0,  6, -4, -2, -2,  1,  3, -1,
        -1, -2, -2, -1, -3, -1, -1, -2, -2, -3, -3, -1, -2, -4,  7, -1, -1, -4, -3, -2,
         1, -1,  1,  0, -1,  0,  0,  0, -1, -2, -2,  0, -1, -2, -1,  4,  1, -3, -2, -2,
         0, -1,  0, -1, -1, -1, -1, -2, -2, -1, -1, -1, -1, -2, -1,  1,  5, -2, -2,  0,
        -3, -3, -4, -4, -2, -2, -3, -2, -2, -3, -2, -3, -1,  1, -4, -3, -2, 11,  2, -3,
        -2, -2, -2, -3, -2, -1, -2, -3,  2, -1, -1, -2, -1,  3, -3, -2, -2,  2,  7, -1,
         0, -3, -3, -3, -1, -2, -2, -3, -3,  3,  1, -2,  1, -1, -2, -2,  0, -3, -1,  4,
    ];

    private static readonly byte[] _tokens = MakeTokens();
    private static readonly float[] _oneHotTable = MakeTable((a, b) => a == b ? 1f : 0f);
    private static readonly float[] _blosum62Table = MakeTable((a, b) => _blosum62[a * ResidueCount + b]);

    /// <summary>One-hot channels of every token, row-major [25, 20]: row 0, padding, is zero.</summary>
    /// <remarks>An ambiguity letter shares the 1 equally among the residues it may stand for.</remarks>
    public static ReadOnlySpan<float> OneHotTable => _oneHotTable;

    /// <summary>BLOSUM62 scores of every token against the twenty residues, row-major [25, 20]: row 0, padding, is zero.</summary>
    /// <remarks>
    /// Half-bit units, -4 to 11. An ambiguity letter has the mean of the rows of the residues it may stand for.
    /// Source: Henikoff and Henikoff, Proc. Natl. Acad. Sci. USA 89 (1992), 10915-10919.
    /// </remarks>
    public static ReadOnlySpan<float> Blosum62Table => _blosum62Table;

    /// <summary>Token of every character below 128; 0 where the character is not a residue letter.</summary>
    internal static ReadOnlySpan<byte> Tokens => _tokens;

    /// <summary>Token of a letter: 1 to 24, or 0 when the character is not a residue letter.</summary>
    /// <param name="letter">A residue letter in either case.</param>
    /// <remarks><c>*</c> gives the token of X; a caller that knows the end of the sequence drops it there.</remarks>
    public static byte TokenOf(char letter) => letter < _tokens.Length ? _tokens[letter] : Padding;

    /// <summary>Letter of a token.</summary>
    /// <param name="token">1 to 24.</param>
    /// <exception cref="ArgumentOutOfRangeException">The token is 0 or above 24.</exception>
    public static char LetterOf(byte token)
    {
        ArgumentOutOfRangeException.ThrowIfZero(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(token, TokenCount);
        return Letters[token - 1];
    }

    /// <summary>Residues that a letter may stand for: one for the twenty residues, two for B, Z and J, all for X.</summary>
    /// <param name="token">1 to 24.</param>
    /// <exception cref="ArgumentOutOfRangeException">The token is 0 or above 24.</exception>
    public static string ResiduesOf(byte token) => LetterOf(token) switch
    {
        'B' => "DN",
        'Z' => "EQ",
        'J' => "LI",
        'X' => Residues,
        char residue => residue.ToString(),
    };

    /// <summary>BLOSUM62 score of two of the twenty residues, in half bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A letter is not one of <see cref="Residues"/>.</exception>
    public static int Blosum62(char first, char second) => _blosum62[IndexOf(first) * ResidueCount + IndexOf(second)];

    private static int IndexOf(char residue)
    {
        int index = Residues.IndexOf(char.ToUpperInvariant(residue), StringComparison.Ordinal);
        ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(residue));
        return index;
    }

    private static byte[] MakeTokens()
    {
        var tokens = new byte[128];
        for (int i = 0; i < Letters.Length; i++)
            tokens[Letters[i]] = tokens[char.ToLowerInvariant(Letters[i])] = (byte)(i + 1);

        tokens['U'] = tokens['u'] = tokens['C'];
        tokens['O'] = tokens['o'] = tokens['K'];
        tokens['*'] = Unknown;
        return tokens;
    }

    private static float[] MakeTable(Func<int, int, float> score)
    {
        var table = new float[(TokenCount + 1) * ResidueCount];
        for (byte token = 1; token <= TokenCount; token++)
        {
            string residues = ResiduesOf(token);
            foreach (char residue in residues)
                for (int channel = 0; channel < ResidueCount; channel++)
                    table[token * ResidueCount + channel] += score(IndexOf(residue), channel) / residues.Length;
        }

        return table;
    }
}
