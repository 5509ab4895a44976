using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Subloc.Cli.Files;

/// <summary>A machine-readable result that was asked for, or nothing.</summary>
internal sealed class JsonFile
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly OutputFile? _file;

    private readonly string _command;

    private JsonFile(OutputFile? file, string command)
    {
        (_file, _command) = (file, command);
    }

    /// <summary>Checks that the file can be written; null is no file.</summary>
    /// <param name="name">The file.</param>
    /// <param name="command">The command line that makes the result.</param>
    public static JsonFile Prepare(string? name, string command) => new(name is null ? null : OutputFile.Prepare(name), command);

    /// <summary>Writes the result, if it was asked for, with the command that made it.</summary>
    public void Write(JsonObject result) => _file?.Write(stream =>
    {
        result["command"] = _command;
        stream.Write(JsonSerializer.SerializeToUtf8Bytes(result, _options));
        stream.WriteByte((byte)'\n');
    });

    /// <summary>A value as JSON, properties in camel case.</summary>
    public static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, _options);

    /// <summary>A number, or null where it is not finite.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
