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

    public string Kernel => (string)_root["metadata"]!["kernelspec"]!["name"]!;

    public IReadOnlyList<JsonObject> CodeCells { get; }

    public static string SourceOf(JsonObject cell) => Join(cell["source"]!);

    /// <summary>The text of all stored outputs of a cell.</summary>
    public static string OutputOf(JsonObject cell) => string.Concat(
        cell["outputs"]!.AsArray().Select(output => Join(output!["text"] ?? output["data"]!["text/plain"]!) + "\n"));

    /// <summary>Stores what the cells gave.</summary>
    public void Write(IReadOnlyList<CellOutput> outputs)
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            CodeCells[i]["execution_count"] = i + 1;
            CodeCells[i]["outputs"] = ToJson(outputs[i], i + 1);
        }

        File.WriteAllText(_path, _root.ToJsonString(_format) + "\n");
    }

    private static JsonArray ToJson(CellOutput output, int number)
    {
        var all = new JsonArray();
        if (output.Text.Length > 0)
            all.Add(new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Split(output.Text) });
        if (output.Value is not null)
        {
            all.Add(new JsonObject
            {
                ["data"] = new JsonObject { ["text/plain"] = Split(output.Value) },
                ["execution_count"] = number,
                ["metadata"] = new JsonObject(),
                ["output_type"] = "execute_result",
            });
        }

        return all;
    }

    private static string Join(JsonNode text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)text!;

    private static JsonArray Split(string text)
    {
        string[] lines = text.Split('\n');
        return [.. lines.Select((line, i) => JsonValue.Create(i < lines.Length - 1 ? line + "\n" : line)).Where(line => (string)line! != "")];
    }
}
