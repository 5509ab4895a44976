namespace Subloc.Benchmarks.Measuring;

/// <summary>Options of a command, each taken once; what is left at the end was not understood.</summary>
internal sealed class Arguments(IEnumerable<string> arguments)
{
    private readonly List<string> _left = [.. arguments];

    /// <summary>The value behind an option, or null where the option is absent.</summary>
    public string? Text(string name)
    {
        int at = _left.IndexOf(name);
        if (at < 0)
            return null;
        if (at + 1 == _left.Count)
            throw new ArgumentException($"{name} needs a value behind it.");

        string value = _left[at + 1];
        _left.RemoveRange(at, 2);
        return value;
    }

    /// <summary>The values, divided by commas, behind an option.</summary>
    public string[] Texts(string name, params string[] otherwise) => Text(name)?.Split(',') ?? otherwise;

    /// <summary>The number behind an option.</summary>
    public int Number(string name, int otherwise, int atLeast = 1)
    {
        if (Text(name) is not { } text)
            return otherwise;
        return int.TryParse(text, out int value) && value >= atLeast
            ? value
            : throw new ArgumentException($"{name} is {text}, but must be a whole number of at least {atLeast}.");
    }

    /// <summary>Whether an option is there.</summary>
    public bool Flag(string name) => _left.Remove(name);

    /// <summary>Refuses what was not taken.</summary>
    public void End()
    {
        if (_left.Count > 0)
            throw new ArgumentException($"{_left[0]} is no option of this command; the comment at the top of Program.cs lists them.");
    }
}
