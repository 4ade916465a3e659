using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Contracts;

/// <summary>What a mailbox whose writers may wait holds besides.</summary>
public abstract class WaitingMailboxContract : MailboxContract
{
    protected override MailboxFullMode Mode => MailboxFullMode.Wait;

    /// <summary>Who waits stands in line, and who does not wait cannot slip in before.</summary>
    [Fact]
    public async Task OfferAsync_ManyWait_AreLetInInTheirOrderAndBeforeOthers()
    {
        Mailbox mailbox = Make(capacity: 2);
        Task<DeliveryResult>[] offers = [.. Enumerable.Range(0, 10).Select(i => mailbox.OfferAsync(new Envelope(i), CancellationToken.None).AsTask())];
        mailbox.Offer(new Envelope("too early")).Should().Be(DeliveryResult.Full);

        Drain(mailbox).Should().Equal(Enumerable.Range(0, 10).Cast<object>());
        (await Task.WhenAll(offers).Limit()).Should().OnlyContain(result => result == DeliveryResult.Accepted);
        mailbox.Offer(new Envelope("now")).Should().Be(DeliveryResult.Accepted);
    }

    [Fact]
    public async Task OfferAsync_CancelledInLine_LeavesItAndLetsTheNextIn()
    {
        Mailbox mailbox = Make(capacity: 1);
        mailbox.Offer(new Envelope(0));
        using var cancellation = new CancellationTokenSource();
        Task<DeliveryResult> cancelled = mailbox.OfferAsync(new Envelope("cancelled"), cancellation.Token).AsTask();
        Task<DeliveryResult> next = mailbox.OfferAsync(new Envelope(1), CancellationToken.None).AsTask();

        await cancellation.CancelAsync();

        await cancelled.Invoking(task => task.Limit()).Should().ThrowAsync<OperationCanceledException>();
        Drain(mailbox).Should().Equal(0, 1);
        (await next.Limit()).Should().Be(DeliveryResult.Accepted);
    }

    [Fact]
    public async Task OfferAsync_OnlyOneInLineAndCancelled_LeavesTheMailboxAsItWas()
    {
        Mailbox mailbox = Make(capacity: 1);
        mailbox.Offer(new Envelope(0));
        using var cancellation = new CancellationTokenSource();
        Task<DeliveryResult> cancelled = mailbox.OfferAsync(new Envelope("cancelled"), cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await cancelled.Invoking(task => task.Limit()).Should().ThrowAsync<OperationCanceledException>();

        mailbox.Offer(new Envelope("full")).Should().Be(DeliveryResult.Full);
        Take(mailbox).Should().Be(0);
        mailbox.Offer(new Envelope(1)).Should().Be(DeliveryResult.Accepted);
        await mailbox.OfferAsync(new Envelope(2), new CancellationToken(canceled: true)).AsTask().Invoking(task => task.Limit()).Should().ThrowAsync<OperationCanceledException>();
        Drain(mailbox).Should().Equal(1);
    }
}
