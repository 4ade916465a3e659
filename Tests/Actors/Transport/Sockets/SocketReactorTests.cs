using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Transport.Sockets;
using FedActors.Tests.TestKit;
using Microsoft.Extensions.Logging;

namespace FedActors.Tests.Actors.Transport.Sockets;

/// <summary>What becomes of sockets whose waiting fails, and of threads whose log does.</summary>
public sealed class SocketReactorTests
{
    /// <summary>As when the system takes its list away. Silence would be worse: nobody would ever hear of his connection again.</summary>
    [Fact]
    public async Task Sockets_ThatCannotBeWaitedForAnyMore_AreClosedAndNoFurtherOnesTaken()
    {
        using var log = new CountingLog();
        var sockets = new LowLatencySockets(TimeProvider.System, log);
        using Socket listening = Listening();
        PolledSocket listener = sockets.Take(listening);
        Task accepting = listener.AcceptAsync(CancellationToken.None).AsTask();

        sockets.Reactor.OnFailed(sockets.Reactor.Leader!, new IOException("epoll_wait failed, says the test."));

        await accepting.Awaiting(task => task.Limit()).Should().ThrowAsync<IOException>();
        Func<Task> again = async () => await listener.AcceptAsync(CancellationToken.None);
        await again.Should().ThrowAsync<IOException>();
        using Socket other = Listening();
        ((Action)(() => sockets.Take(other))).Should().Throw<IOException>().WithMessage("*make another transport*");
        log.Critical.Should().Be(1);
        sockets.Reactor.Count.Should().Be(0);
        await Eventually.True(() => sockets.Reactor.Threads == 0);
    }

    [Fact]
    public async Task Thread_ThatFailsAndDoesNotLead_CostsNoSocket()
    {
        var sockets = new LowLatencySockets(TimeProvider.System, new CountingLog());
        using Socket listening = Listening();
        PolledSocket listener = sockets.Take(listening);
        PolledSocket near = await sockets.ConnectAsync("127.0.0.1", Port(listening), CancellationToken.None);
        ReactorThread dead = await Eventually.NotNull(() => sockets.Reactor.Standby);

        sockets.Reactor.OnFailed(dead, new InvalidOperationException("A thread failed, says the test."));

        sockets.Reactor.Standby.Should().NotBeSameAs(dead, "a dead thread looks after nobody");
        using Socket accepted = await listener.AcceptAsync(CancellationToken.None).AsTask().Limit();
        sockets.Reactor.Count.Should().Be(2);
        near.Close();
        listener.Close();
    }

    /// <summary>An actor's failing log ends its node. These threads have nobody above them but the process.</summary>
    [Fact]
    public void Log_ThatFails_EndsNoThread()
    {
        var log = new SocketLog(new FailingLog());

        log.OnReactorFailed(new IOException("It failed."));
        log.OnTurnFailed(new IOException("It failed."));
        log.OnThreadFailed(new IOException("It failed."));
        log.OnLeadTaken(3);
    }

    private static Socket Listening()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(16);
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private sealed class CountingLog : ILogger, IDisposable
    {
        private int _critical;

        public int Critical => Volatile.Read(ref _critical);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Add(ref _critical, logLevel == LogLevel.Critical ? 1 : 0);

        public void Dispose()
        {
            // It holds nothing.
        }
    }

    private sealed class FailingLog : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("The disk is full.");
    }
}
