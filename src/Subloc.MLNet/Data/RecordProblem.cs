namespace Subloc.MLNet.Data;

/// <summary>Why one record of a file cannot be used.</summary>
/// <param name="Reason">One of the reasons below, under which a lenient pass counts it.</param>
/// <param name="Line">Line of the file.</param>
/// <param name="Text">What is wrong, what was expected and what to do, to follow the file and the line.</param>
internal readonly record struct RecordProblem(string Reason, long Line, string Text)
{
    public const string BadPartition = "bad partition";
    public const string DuplicateId = "duplicate identifier";
    public const string EmptySequence = "empty sequence";
    public const string FieldCount = "wrong number of fields";
    public const string MalformedQuotes = "malformed quotes";
    public const string MissingId = "missing identifier";
    public const string MissingLabel = "missing label";
    public const string NoHeader = "text before the first header";
    public const string NotText = "not UTF-8 text";
    public const string TooLong = "sequence too long";
    public const string UnknownLetter = "unknown letter";

    public string Sentence(string path) => $"{path}, line {Line}: {Text}.";
}
