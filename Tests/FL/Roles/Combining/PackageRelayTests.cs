using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Combining;

public sealed class PackageRelayTests
{
    /// <summary>A combiner that had found another way went on to ask by the first, which was gone.</summary>
    [Fact]
    public async Task Relay_CombinerAdmittedElsewhere_AsksThere()
    {
        await using ActorSystem system = new(new ActorSystemOptions());
        ActorRef above = system.Spawn(CoordinatedRoles.Packages(new Source(1)), "first");
        ActorRef second = system.Spawn(CoordinatedRoles.Packages(new Source(2)), "second");
        ActorRef relay = system.Spawn(CoordinatedRoles.PackageRelay(() => above), "relay");

        byte first = await PartOf(relay);
        await system.StopAndWaitAsync(above);
        above = second;

        (first, await PartOf(relay)).Should().Be(((byte)1, (byte)2));
    }

    /// <summary>It awaited room for the answer within its turn, and nobody below the combiner got a part meanwhile.</summary>
    [Fact]
    public async Task Relay_AskerHasNoRoomForItsAnswer_HoldsUpNobodyElse()
    {
        await using ActorSystem system = new(new ActorSystemOptions());
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef full = system.Spawn(
            Props.FromBehaviour(async (_, message) =>
            {
                await open.Task.Limit();
                if (message is PackagePart)
                {
                    taken.TrySetResult();
                }
            }) with { Mailbox = new MailboxOptions { Capacity = 1 } },
            "full");
        full.Tell("hold");
        await Eventually.True(() => !full.TryTell("more"));
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef above = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                context.Respond(new PackagePart(Source.Checksum, 0, new byte[] { 1 }));
                answered.TrySetResult();
                return ValueTask.CompletedTask;
            }),
            "above");
        ActorRef relay = system.Spawn(CoordinatedRoles.PackageRelay(() => above), "relay");

        relay.Tell(new PackageRequest(Source.Checksum, 0), full);
        await answered.Task.Limit();
        for (int i = 0; i < 100; i++)
        {
            await Handled.By(relay);
        }

        open.SetResult();
        await taken.Task.Limit();
    }

    private static async Task<byte> PartOf(ActorRef relay) => (await relay.AskAsync<PackagePart>(new PackageRequest(Source.Checksum, 0), Eventually.Limit)).Bytes.Span[0];

    private sealed class Source(byte content) : IPackageSource
    {
        public const string Checksum = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

        public PackageOffer Offer { get; } = new(Checksum, 1, EntryPoint.Train);

        public byte[] Read(long offset, int count) => [content];
    }
}
