using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Sequences;

/// <summary>Turns the text of one sequence into residue tokens.</summary>
internal static class SequenceTokens
{
    /// <summary>Writes the tokens of a sequence and zeros behind them.</summary>
    /// <param name="sequence">Residue letters; one or more trailing <c>*</c> are dropped.</param>
    /// <param name="keep">Which part of a longer sequence is kept.</param>
    /// <param name="tokens">Receives the tokens; its length is L.</param>
    /// <returns>Number of residues written, 1 to L.</returns>
    /// <exception cref="InvalidDataException">The sequence is empty or has a character that is not a residue letter.</exception>
    public static int Encode(ReadOnlySpan<char> sequence, SequenceEnds keep, Span<byte> tokens)
    {
        sequence = sequence.TrimEnd('*');
        if (sequence.IsEmpty)
            throw new InvalidDataException("The sequence is empty; give at least one residue or leave the row out.");

        int count = Math.Min(sequence.Length, tokens.Length);
        int head = count == sequence.Length ? count : keep switch
        {
            SequenceEnds.Start => count,
            SequenceEnds.End => 0,
            _ => (count + 1) / 2,
        };

        bool valid = Translate(sequence[..head], tokens)
            & Translate(sequence[(sequence.Length - (count - head))..], tokens[head..]);
        if (!valid || (count < sequence.Length && HasForeignLetter(sequence[head..(sequence.Length - (count - head))])))
            throw new InvalidDataException(ForeignLetter(sequence));

        tokens[count..].Clear();
        return count;
    }

    /// <summary>Says which character of a sequence is not a residue letter, and where.</summary>
    public static string ForeignLetter(ReadOnlySpan<char> sequence)
    {
        int position = 0;
        while (position < sequence.Length && Alphabet.TokenOf(sequence[position]) != Alphabet.Padding)
            position++;

        return $"The sequence has the character '{sequence[position]}' at position {position + 1}, which is not a residue letter; " +
            $"use the letters {Alphabet.Letters}UO, or * for a stop.";
    }

    private static bool Translate(ReadOnlySpan<char> letters, Span<byte> tokens)
    {
        ReadOnlySpan<byte> table = Alphabet.Tokens;
        bool valid = true;
        for (int i = 0; i < letters.Length; i++)
        {
            int letter = letters[i];
            byte token = letter < 128 ? table[letter] : Alphabet.Padding;
            tokens[i] = token;
            valid &= token != Alphabet.Padding;
        }

        return valid;
    }

    private static bool HasForeignLetter(ReadOnlySpan<char> letters)
    {
        foreach (char letter in letters)
        {
            if (Alphabet.TokenOf(letter) == Alphabet.Padding)
                return true;
        }

        return false;
    }
}
