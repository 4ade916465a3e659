using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Mailboxes;

public sealed class ChannelMailboxDropOldestTests : MailboxContract
{
    protected override MailboxFullMode Mode => MailboxFullMode.DropOldest;

    private protected override Mailbox Make(MailboxOptions options, Action<Envelope> dropped) => new ChannelMailbox(options, dropped);
}
