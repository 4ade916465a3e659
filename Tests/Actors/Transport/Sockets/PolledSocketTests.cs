using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Transport.Sockets;
using FedActors.Tests.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedActors.Tests.Actors.Transport.Sockets;

/// <summary>Sockets that a reactor waits for, by themselves.</summary>
public sealed class PolledSocketTests : IAsyncLifetime
{
    private readonly LowLatencySockets _sockets = new(TimeProvider.System, NullLogger.Instance);
    private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<PolledSocket> _open = [];
    private readonly PolledSocket _listener;

    public PolledSocketTests()
    {
        _listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listening.Listen(512);
        _listener = _sockets.Take(_listening);
        _open.Add(_listener);
    }

    private int Port => ((IPEndPoint)_listening.LocalEndPoint!).Port;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The threads live no longer than the sockets.</summary>
    public async Task DisposeAsync()
    {
        foreach (PolledSocket socket in _open)
        {
            socket.Close();
        }

        _sockets.Reactor.Count.Should().Be(0);
        await Eventually.True(() => _sockets.Reactor.Threads == 0, "no thread is left without sockets");
    }

    /// <summary>A socket that .NET waits for once it waits for ever: each arrival then wakes a thread of its own.</summary>
    [Fact]
    public async Task Socket_ThatHasConnectedSentAndReceived_IsWaitedForByTheReactorAlone()
    {
        (PolledSocket near, PolledSocket far) = await ConnectAsync();
        await ExchangeAsync(near, far, times: 3);

        foreach (PolledSocket socket in (PolledSocket[])[near, far, _listener])
        {
            WaitedForBy(socket.Socket.SafeHandle.DangerousGetHandle()).Should().Be(1);
        }
    }

    [Fact]
    public async Task Read_PeerHasGoneWithoutAWord_IsBroken()
    {
        (PolledSocket near, PolledSocket far) = await ConnectAsync();
        Task<int> reading = ReadAsync(near);

        far.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        far.Close();

        await reading.Awaiting(task => task.Limit()).Should().ThrowAsync<IOException>();
    }

    /// <summary>A stream's end that came along with its last bytes is told of once, before they are read.</summary>
    [Fact]
    public async Task Read_BytesAndTheEndAtOnce_SeesBoth()
    {
        for (int i = 0; i < 200; i++)
        {
            (PolledSocket near, PolledSocket far) = await ConnectAsync();
            far.TrySend([1, 2, 3]).Should().Be(3);
            far.Close();

            (await ReadAsync(near).Limit()).Should().Be(3);
            (await ReadAsync(near).Limit()).Should().Be(0);
            near.Close();
        }
    }

    [Fact]
    public async Task Close_WhileReadingAndWriting_EndsBoth()
    {
        (PolledSocket near, _) = await ConnectAsync();
        Task<int> reading = ReadAsync(near);
        await using var stream = new PolledStream(near);
        Task writing = Task.Run(async () =>
        {
            byte[] piece = new byte[1 << 16];
            while (true)
            {
                await stream.WriteAsync(piece);
            }
        });

        near.Close();

        await reading.Awaiting(task => task.Limit()).Should().ThrowAsync<IOException>();
        await writing.Awaiting(task => task.Limit()).Should().ThrowAsync<IOException>();
        near.Close();
    }

    [Fact]
    public async Task Write_ByTwoAtOnce_GoesOneBehindTheOther()
    {
        (PolledSocket near, PolledSocket far) = await ConnectAsync();
        await using var stream = new PolledStream(near);
        const int Length = 4_000_000;
        Task ones = stream.WriteAsync(Enumerable.Repeat((byte)1, Length).ToArray()).AsTask();
        Task twos = stream.WriteAsync(Enumerable.Repeat((byte)2, Length).ToArray()).AsTask();

        byte[] read = new byte[2 * Length];
        await new PolledStream(far).ReadExactlyAsync(read).AsTask().Limit();

        await Task.WhenAll(ones, twos).Limit();
        read.AsSpan(0, Length).ContainsAnyExcept(read[0]).Should().BeFalse();
        read.AsSpan(Length).ContainsAnyExcept(read[Length]).Should().BeFalse();
    }

    [Fact]
    public async Task Connect_NobodyListens_IsRefused()
    {
        int port = Port;
        _listener.Close();

        Func<Task> connect = async () => await _sockets.ConnectAsync("127.0.0.1", port, CancellationToken.None);

        (await connect.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task Connect_ByName_TriesAllItsAddresses()
    {
        // Where the name stands for an address of the newer protocol, too, nobody listens there.
        PolledSocket near = await _sockets.ConnectAsync("localhost", Port, CancellationToken.None);
        _open.Add(near);

        near.Socket.Poll(0, SelectMode.SelectWrite).Should().BeTrue();
    }

    [Fact]
    public async Task Connect_ToOneThatDoesNotAnswer_EndsWhenItIsCancelled()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        int port = ((IPEndPoint)full.LocalEndPoint!).Port;
        using var cancellation = new CancellationTokenSource();

        // More than may wait to be accepted: the system answers the others no more.
        Task<PolledSocket>[] dials = [.. Enumerable.Range(0, 8).Select(_ => _sockets.ConnectAsync("127.0.0.1", port, cancellation.Token).AsTask())];
        await Task.WhenAny(dials).Limit();

        await cancellation.CancelAsync();

        int cancelled = 0;
        foreach (Task<PolledSocket> dial in dials)
        {
            try
            {
                _open.Add(await dial.Limit());
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }

        cancelled.Should().BePositive();
        _sockets.Reactor.Count.Should().Be(_open.Count, "what was cancelled is closed");
    }

    /// <summary>Whatever is under way when it ends, each of many is closed once and nothing of it is left.</summary>
    [Fact]
    public async Task Connections_OpenedUsedCancelledAndClosedAtOnce_LeaveNothingBehind()
    {
        using var over = new CancellationTokenSource();
        Task accepting = AcceptAllAsync(over.Token);
        await Parallel.ForAsync(0, 16, async (worker, _) =>
        {
            var random = new SplitMix((ulong)worker + 1);
            for (int i = 0; i < 100; i++)
            {
                using var cancellation = new CancellationTokenSource();
                PolledSocket near = await _sockets.ConnectAsync("127.0.0.1", Port, CancellationToken.None).AsTask().Limit();
                Task reading = EndsAsync(ReadAllAsync(near, cancellation.Token));
                for (int send = random.Next(4); send > 0; send--)
                {
                    near.TrySend([1]);
                }

                Task closing = random.Next(3) switch
                {
                    0 => cancellation.CancelAsync(),
                    1 => Task.Run(near.Close),
                    _ => Task.WhenAll(Task.Run(near.Close), Task.Run(cancellation.Cancel), Task.Run(near.Close)),
                };
                await Task.WhenAll(closing, reading).Limit();
                near.Close();
            }
        });

        await over.CancelAsync();
        await accepting.Limit();
        _sockets.Reactor.Count.Should().Be(1, "the listener is left");
    }

    /// <summary>Accepts and says nothing until all is over.</summary>
    private async Task AcceptAllAsync(CancellationToken over)
    {
        List<Socket> accepted = [];
        try
        {
            while (true)
            {
                accepted.Add(await _listener.AcceptAsync(over));
            }
        }
        catch (OperationCanceledException)
        {
            accepted.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task EndsAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // However it ends.
        }
    }

    private static async Task ReadAllAsync(PolledSocket socket, CancellationToken cancellationToken)
    {
        byte[] room = new byte[100];
        var stream = new PolledStream(socket);
        while (await stream.ReadAsync(room, cancellationToken) > 0)
        {
        }
    }

    private static async Task ExchangeAsync(PolledSocket near, PolledSocket far, int times)
    {
        for (int i = 0; i < times; i++)
        {
            near.TrySend([1]).Should().Be(1);
            (await ReadAsync(far).Limit()).Should().Be(1);
            far.TrySend([1]).Should().Be(1);
            (await ReadAsync(near).Limit()).Should().Be(1);
        }
    }

    private static Task<int> ReadAsync(PolledSocket socket) => new PolledStream(socket).ReadAsync(new byte[100]).AsTask();

    private async Task<(PolledSocket Near, PolledSocket Far)> ConnectAsync()
    {
        PolledSocket near = await _sockets.ConnectAsync("127.0.0.1", Port, CancellationToken.None).AsTask().Limit();
        PolledSocket far = _sockets.Take(await _listener.AcceptAsync(CancellationToken.None).AsTask().Limit());
        _open.AddRange([near, far]);
        return (near, far);
    }

    /// <summary>How many of this process's epoll instances have the file on their list.</summary>
    private static int WaitedForBy(nint file) => Directory.EnumerateFiles("/proc/self/fdinfo").Count(info =>
    {
        try
        {
            return File.ReadLines(info).Any(line =>
                line.StartsWith("tfd:", StringComparison.Ordinal)
                && nint.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) == file);
        }
        catch (IOException)
        {
            // Closed meanwhile: another test's.
            return false;
        }
    });
}
