using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Mailboxes;

public sealed class BatchMailboxWaitTests : WaitingMailboxContract
{
    private protected override Mailbox Make(MailboxOptions options, Action<Envelope> dropped) => new BatchMailbox(options);
}
