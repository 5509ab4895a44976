using System.Globalization;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Explanation;

/// <summary>The exchange of one residue.</summary>
/// <param name="Position">Its position, from 1.</param>
/// <param name="From">The letter of the wild type, upper case.</param>
/// <param name="To">The letter of the mutant, upper case.</param>
public readonly record struct Substitution(int Position, char From, char To)
{
    /// <summary>Reads a substitution as the literature writes it, such as <c>A123T</c>.</summary>
    /// <param name="text">Residue, position from 1, residue; in either case.</param>
    /// <exception cref="ArgumentException">It is written otherwise.</exception>
    public static Substitution Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length >= 3 && IsResidue(text[0]) && IsResidue(text[^1])
            && int.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out int position) && position >= 1
            ? new Substitution(position, char.ToUpperInvariant(text[0]), char.ToUpperInvariant(text[^1]))
            : throw new ArgumentException($"'{text}' is no substitution; write residue, position and residue, such as A123T.", nameof(text));
    }

    /// <summary>The sequence with the residue exchanged.</summary>
    /// <param name="sequence">Residues of the wild type.</param>
    /// <exception cref="ArgumentException">The sequence is shorter, or has another residue there.</exception>
    public string Apply(string sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (Position < 1 || Position > sequence.Length)
            throw new ArgumentException($"{this} replaces residue {Position}, but the sequence has {sequence.Length}.", nameof(sequence));
        if (char.ToUpperInvariant(sequence[Position - 1]) != From)
            throw new ArgumentException($"{this} replaces {From} at position {Position}, but the sequence has {sequence[Position - 1]} there; check the numbering.", nameof(sequence));
        return string.Create(sequence.Length, (sequence, substitution: this), static (letters, state) =>
        {
            state.sequence.CopyTo(letters);
            letters[state.substitution.Position - 1] = state.substitution.To;
        });
    }

    /// <summary>The substitution as the literature writes it, such as <c>A123T</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From}{Position}{To}");

    private static bool IsResidue(char letter) => char.IsAsciiLetter(letter) && Alphabet.TokenOf(letter) != Alphabet.Padding;
}
