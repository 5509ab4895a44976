using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Subloc.MLNet.Reports.Tests.Html;

/// <summary>Chromium without a window, steered by its driver in the W3C WebDriver protocol. It has no network.</summary>
internal sealed class Browser : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly string? _session;

    /// <param name="width">Width of the screen, in CSS pixels.</param>
    /// <param name="isPhone">Whether to pass for a phone.</param>
    public Browser(int width, bool isPhone)
    {
        int port = FindPort();
        _process = Process.Start(new ProcessStartInfo(Driver!, [$"--port={port}", "--silent"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(100) };
        try
        {
            _session = StartSession(width, isPhone);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Chromium; null where there is none.</summary>
    public static string? Program { get; } = Find("chromium", "chromium-browser", "google-chrome");

    /// <summary>Its driver; null where there is none.</summary>
    public static string? Driver { get; } = Find("chromedriver");

    /// <summary>What the page wrote to the console, and what it was refused.</summary>
    public IReadOnlyList<string> Console => [.. Send(HttpMethod.Post, $"{_session}/se/log", new JsonObject { ["type"] = "browser" })!.AsArray().Select(entry => (string)entry!["message"]!)];

    /// <summary>Opens a file.</summary>
    public void Open(string path) => Send(HttpMethod.Post, $"{_session}/url", new JsonObject { ["url"] = new Uri(path).AbsoluteUri });

    /// <summary>Runs the body of a function in the page and gives what it returns.</summary>
    public JsonNode? Run(string body) => Send(HttpMethod.Post, $"{_session}/execute/sync", new JsonObject { ["script"] = body, ["args"] = new JsonArray() });

    /// <summary>Writes what is seen of the page to a PNG file.</summary>
    public void TakePicture(string path) => File.WriteAllBytes(path, Convert.FromBase64String((string)Send(HttpMethod.Get, $"{_session}/screenshot", null)!));

    public void Dispose()
    {
        try
        {
            if (_session is not null)
                Send(HttpMethod.Delete, _session, null);
        }
        finally
        {
            _process.Kill(entireProcessTree: true);
            _process.Dispose();
            _client.Dispose();
        }
    }

    private static string? Find(params string[] names) => names
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string StartSession(int width, bool isPhone)
    {
        WaitForDriver();
        var options = new JsonObject
        {
            ["binary"] = Program,
            ["args"] = new JsonArray("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", string.Create(CultureInfo.InvariantCulture, $"--window-size={width},900")),
        };
        if (isPhone)
            options["mobileEmulation"] = new JsonObject { ["deviceMetrics"] = new JsonObject { ["width"] = width, ["height"] = 844, ["pixelRatio"] = 2.0 } };
        JsonNode session = Send(HttpMethod.Post, "/session", new JsonObject
        {
            ["capabilities"] = new JsonObject
            {
                ["alwaysMatch"] = new JsonObject { ["goog:chromeOptions"] = options, ["goog:loggingPrefs"] = new JsonObject { ["browser"] = "ALL" } },
            },
        })!;
        return $"/session/{(string)session["sessionId"]!}";
    }

    private void WaitForDriver()
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Send(HttpMethod.Get, "/status", null);
                return;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                Thread.Sleep(100);
            }
        }
    }

    private JsonNode? Send(HttpMethod method, string path, JsonObject? body)
    {
        // The driver does not read bodies in chunks.
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage response = _client.Send(request);
        JsonNode? value = JsonNode.Parse(response.Content.ReadAsStream())!["value"];
        Assert.True(response.IsSuccessStatusCode, value?.ToJsonString());
        return value;
    }
}
