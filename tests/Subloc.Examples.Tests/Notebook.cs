using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Subloc.Examples.Tests;

/// <summary>A Jupyter notebook file.</summary>
internal sealed class Notebook
{
    private static readonly JsonSerializerOptions _format = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _path;
    private readonly JsonNode _root;

    public Notebook(string path)
    {
        _path = path;
        _root = JsonNode.Parse(File.ReadAllText(path))!;
        CodeCells = [.. _root["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code").Select(cell => cell!.AsObject())];
    }

    public string Folder => Path.GetDirectoryName(_path)!;

    public string Kernel => (string)_root["metadata"]!["kernelspec"]!["name"]!;

    public IReadOnlyList<JsonObject> CodeCells { get; }

    public static string SourceOf(JsonObject cell) => Join(cell["source"]!);

    /// <summary>What is stored as given by a cell.</summary>
    public static IReadOnlyList<CellOutput> OutputsOf(JsonObject cell) => [.. cell["outputs"]!.AsArray().Select(output =>
    {
        string kind = (string)output!["output_type"]!;
        if (kind == "stream")
            return new CellOutput(kind, "text/plain", Join(output["text"]!));
        var (mimeType, text) = output["data"]!.AsObject().Single();
        return new CellOutput(kind, mimeType, Join(text!));
    })];

    /// <summary>Stores what the cells gave.</summary>
    public void Write(IReadOnlyList<IReadOnlyList<CellOutput>> outputs)
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            int number = i + 1;
            CodeCells[i]["execution_count"] = number;
            CodeCells[i]["outputs"] = new JsonArray([.. outputs[i].Select(output => ToJson(output, number))]);
        }

        File.WriteAllText(_path, _root.ToJsonString(_format) + "\n");
    }

    private static JsonObject ToJson(CellOutput output, int number)
    {
        if (output.Kind == "stream")
            return new JsonObject { ["name"] = "stdout", ["output_type"] = output.Kind, ["text"] = Split(output.Text) };
        var json = new JsonObject
        {
            ["data"] = new JsonObject { [output.MimeType] = Split(output.Text) },
            ["metadata"] = new JsonObject(),
            ["output_type"] = output.Kind,
        };
        if (output.Kind == "execute_result")
            json["execution_count"] = number;
        return json;
    }

    private static string Join(JsonNode text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)text!;

    private static JsonArray Split(string text)
    {
        string[] lines = text.Split('\n');
        return [.. lines.Select((line, i) => JsonValue.Create(i < lines.Length - 1 ? line + "\n" : line)).Where(line => (string)line! != "")];
    }
}
