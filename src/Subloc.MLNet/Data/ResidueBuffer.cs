using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Data;

/// <summary>Collects the residues of one protein: upper case, without white space, each letter checked.</summary>
internal sealed class ResidueBuffer
{
    /// <summary>Far above any protein (34,350 residues), and a bound on what a file of another kind can gather.</summary>
    public const int MaxResidues = 1 << 24;

    private char[] _letters = new char[1024];
    private int _length;
    private char _badLetter;
    private int _badPosition;
    private bool _isTooLong;
    private long _badLine;

    public void Clear()
    {
        _length = _badPosition = 0;
        _isTooLong = false;
    }

    public void Append(ReadOnlySpan<char> text, long line)
    {
        if (_isTooLong || _length + text.Length > MaxResidues)
        {
            _isTooLong = true;
            return;
        }

        if (_letters.Length - _length < text.Length)
            Array.Resize(ref _letters, Math.Max(_letters.Length * 2, _length + text.Length));

        foreach (char letter in text)
        {
            if (letter is ' ' or '\t' or '\r' or '\n')
                continue;

            _letters[_length++] = char.IsAsciiLetterLower(letter) ? (char)(letter & ~0x20) : letter;
            if (Alphabet.TokenOf(letter) == Alphabet.Padding && _badPosition == 0)
                (_badLetter, _badPosition, _badLine) = (letter, _length, line);
        }
    }

    /// <summary>Moves the residues into the record, without the translation stop at the end.</summary>
    public void MoveTo(ProteinRecord record)
    {
        ReadOnlySpan<char> residues = _letters.AsSpan(0, _length).TrimEnd('*');
        if (_badPosition > 0)
        {
            string letter = _badLetter is > ' ' and <= '~' ? _badLetter.ToString() : $"U+{(int)_badLetter:X4}";
            record.Fail(RecordProblem.UnknownLetter, _badLine,
                $"protein '{record.Id}' has the letter '{letter}' at position {_badPosition} of its sequence, which stands for no residue; "
                + $"expected {Alphabet.Letters}UO or *, so correct it or write X for an unknown residue");
        }
        else if (_isTooLong)
        {
            record.Fail(RecordProblem.TooLong, record.Line,
                $"protein '{record.Id}' has more than {MaxResidues} residues; expected a protein, so check that the file holds no genome");
        }
        else if (residues.IsEmpty)
        {
            record.Fail(RecordProblem.EmptySequence, record.Line,
                $"protein '{record.Id}' has an empty sequence; expected at least one residue, so add it or remove the record");
        }
        else
        {
            record.Sequence = residues.ToString();
        }
    }
}
