using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Middleware;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Diagnostics;

public sealed class ActorMeterTests : IAsyncLifetime
{
    private const string Node = "metered";
    private readonly ConcurrentQueue<(string Instrument, double Value, string? Tag)> _measured = new();
    private readonly MeterListener _listener = new();
    private readonly ActorWorld _world;

    public ActorMeterTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have systems, too.
            if (instrument.Meter.Name == ActorMeter.MeterName && instrument.Meter.Tags!.Any(tag => Node.Equals(tag.Value)))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
        _world = new ActorWorld(options => options with
        {
            Node = Node,
            ReceiveMiddleware = [MessageMiddleware.MeterReceived()],
            SendMiddleware = [MessageMiddleware.StampSent()],
        });
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _listener.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public void Message_WaitsAndIsHandled_IsMeasuredInBothByItsType()
    {
        ActorRef actor = _world.Spawn("actor", (_, _) =>
        {
            _world.Clock.Advance(TimeSpan.FromSeconds(3));
            return ValueTask.CompletedTask;
        });
        actor.Tell("hello");
        _world.Clock.Advance(TimeSpan.FromSeconds(2));

        _world.Run();

        _measured.Should().Equal(("fedactors.message.queue_time", 2, "String"), ("fedactors.message.duration", 3, "String"));
    }

    [Fact]
    public void Gauges_ActorsAndMessages_AreCountedAndTheHandledNeverFall()
    {
        ActorRef actor = _world.Spawn("actor", (_, _) => ValueTask.CompletedTask);
        _world.Tell(actor, 1);
        _world.Tell(actor, 2);
        actor.Tell(3);

        Observed("fedactors.actors").Should().Be(1);
        Observed("fedactors.mailbox.depth").Should().Be(1);
        Observed("fedactors.messages").Should().Be(2);

        _world.Run();
        _world.Stop(actor);
        Observed("fedactors.messages").Should().Be(3, "what an ended actor handled still counts");
        Observed("fedactors.actors").Should().Be(0);
    }

    [Fact]
    public void Counters_DeadLetterAndRestart_CountThem()
    {
        ActorRef actor = _world.Spawn("actor", (_, message) => message is Exception failure ? throw failure : ValueTask.CompletedTask);
        _world.Tell(actor, new InvalidOperationException("oh"));
        _world.Advance(TimeSpan.FromSeconds(1));
        _world.Stop(actor);
        _world.Tell(actor, "too late");

        _measured.Should().Contain(("fedactors.actor.restarts", 1, null)).And.Contain(("fedactors.dead_letters", 1, "NoSuchActor"));
    }

    private double Observed(string instrument)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return _measured.Should().ContainSingle(measured => measured.Instrument == instrument).Which.Value;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Name, value, tags.Length == 0 ? null : (string?)tags[0].Value));
}
