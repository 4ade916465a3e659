using System.Net;
using System.Net.Sockets;
using System.Text;
using FedActors.Actors.Transport;
using FedActors.Scripts.Monitoring;
using FedActors.Tests.TestKit;
using Microsoft.AspNetCore.Http;

namespace FedActors.Tests.Scripts.Monitoring;

/// <summary>Readers of a page, among them those that are slow or mean it ill.</summary>
public sealed class LoopbackPageTests : IAsyncLifetime
{
    private const string Question = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    /// <summary>For the pages of those who are cut off. The web server looks once a second, and takes no less.</summary>
    private static readonly TimeSpan LittlePatience = TimeSpan.FromMilliseconds(1_100);

    /// <summary>For all others: a busy machine may take longer than a page usually waits.</summary>
    private static readonly TimeSpan MuchPatience = TimeSpan.FromHours(1);

    private readonly string _text = new('x', 100_000);
    private readonly HttpClient _client = new();
    private LoopbackPage _page = null!;

    public async Task InitializeAsync() => _page = await StartAsync(MuchPatience);

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _page.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/metrics", "127.0.0.1", HttpStatusCode.OK)]
    [InlineData("HEAD", "/metrics", "localhost", HttpStatusCode.OK)]
    [InlineData("POST", "/metrics", "127.0.0.1", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/other", "127.0.0.1", HttpStatusCode.NotFound)]
    [InlineData("GET", "/metrics", "evil.example", HttpStatusCode.MisdirectedRequest)]
    public async Task Question_AnyMethodPathAndHost_IsAnsweredOrRefused(string method, string path, string host, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(new Uri(_page.Url), path)) { Headers = { Host = host } };

        using HttpResponseMessage response = await _client.SendAsync(request).Limit();

        response.StatusCode.Should().Be(status);
        (await response.Content.ReadAsStringAsync()).Should().Be(method == "GET" && status == HttpStatusCode.OK ? _text : string.Empty);
    }

    [Theory]
    [InlineData("GET /met")]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n")]
    public async Task Reader_ThatDoesNotFinishItsQuestion_IsCutOff(string part)
    {
        await using LoopbackPage page = await StartAsync(LittlePatience);
        using Socket reader = await ConnectAsync(page);
        await reader.SendAsync(Encoding.ASCII.GetBytes(part));

        string answer = await ReadToEndAsync(reader).Limit();

        answer.Should().NotContain("200 OK");
    }

    [Fact]
    public async Task Reader_ThatAsksAndTakesNothing_IsCutOff()
    {
        await using LoopbackPage page = await StartAsync(LittlePatience);
        using Socket reader = await ConnectAsync(page);

        // So much is asked for that the answers find no room. Whoever is cut off can ask no more.
        for (int i = 0; i < 400; i++)
        {
            if (!await TryAskAsync(reader))
            {
                return;
            }
        }

        await Eventually.TrueAsync(async () => !await TryAskAsync(reader).Limit());
    }

    [Fact]
    public async Task Question_WithoutEnd_IsRefused()
    {
        using Socket reader = await ConnectAsync();
        await reader.SendAsync(Encoding.ASCII.GetBytes($"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {new string('x', 20_000)}\r\n\r\n"));

        (await ReadToEndAsync(reader).Limit()).Should().StartWith("HTTP/1.1 431");
    }

    [Fact]
    public async Task Readers_MoreThanTheBound_AreClosedAndOthersServedWhenTheyHaveGone()
    {
        Socket[] readers = await Task.WhenAll(Enumerable.Range(0, LoopbackPage.MaxConnections + 20).Select(_ => ConnectAsync())).Limit();
        try
        {
            await Eventually.True(() => readers.Count(IsClosed) >= 20);
        }
        finally
        {
            foreach (Socket reader in readers)
            {
                reader.Dispose();
            }
        }

        string? text = null;
        await Eventually.TrueAsync(async () => (text = await TryReadAsync()) is not null);
        text.Should().Be(_text);
    }

    [Fact]
    public async Task Dispose_WithSlowReaders_EndsAtOnce()
    {
        using Socket silent = await ConnectAsync();
        using Socket slow = await ConnectAsync();
        await slow.SendAsync(Encoding.ASCII.GetBytes("GET /metrics HTTP/1.1\r\nHost: 127.0."));
        using Socket deaf = await ConnectAsync();
        await deaf.SendAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Question, 50))));

        await _page.DisposeAsync().AsTask().Limit();

        await FluentActions.Awaiting(() => _client.GetStringAsync(_page.Url)).Should().ThrowAsync<Exception>();
    }

    [Fact]
    public async Task Start_PortInUse_SaysWhatToDo()
    {
        int port = new Uri(_page.Url).Port;

        (await FluentActions.Awaiting(() => LoopbackPage.StartAsync(port, "/", static _ => Task.CompletedTask, ("The page", "Choose another."), CancellationToken.None))
            .Should().ThrowAsync<TransportException>()).WithMessage($"The page cannot be served on 127.0.0.1:{port} (*). Choose another.");
    }

    private Task AnswerAsync(HttpContext context) => context.Response.WriteAsync(_text, context.RequestAborted);

    private static async Task<bool> TryAskAsync(Socket reader)
    {
        try
        {
            await reader.SendAsync(Encoding.ASCII.GetBytes(Question));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsClosed(Socket reader) => reader.Poll(0, SelectMode.SelectRead);

    private static async Task<string> ReadToEndAsync(Socket reader)
    {
        using var stream = new NetworkStream(reader);
        using var text = new StreamReader(stream);
        return await text.ReadToEndAsync();
    }

    private async Task<string?> TryReadAsync()
    {
        try
        {
            return await _client.GetStringAsync(_page.Url);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private Task<LoopbackPage> StartAsync(TimeSpan patience) =>
        LoopbackPage.StartAsync(0, "/metrics", AnswerAsync, ("The page", "Choose another."), CancellationToken.None, patience);

    private async Task<Socket> ConnectAsync(LoopbackPage? page = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri((page ?? _page).Url).Port);
        return socket;
    }
}
