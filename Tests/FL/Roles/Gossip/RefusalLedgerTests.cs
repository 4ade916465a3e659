using FedActors.FL.Gossip;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class RefusalLedgerTests
{
    [Fact]
    public void Note_AFlood_IsToldAtOnceAndThenNowAndThenWithAllThatCame()
    {
        RefusalLedger ledger = new();

        long[] told = [.. Enumerable.Range(0, 25_000).Select(i => ledger.Note("X", "WrongBody", 2, isHonest: false, now: i))];

        told.Where(count => count > 0).Should().Equal(2, 20_000, 20_000);
        ledger.Total.Should().Be(50_000);
        ledger.ToCounts().Should().Equal(new RefusalCount("X", "WrongBody", 50_000));
    }

    [Fact]
    public void Note_WhatHappensBetweenHonestPeers_IsListedAndNotAddedUp()
    {
        RefusalLedger ledger = new();

        ledger.Note("B", "NoSuchBody", 3, isHonest: true, now: 0);

        ledger.Total.Should().Be(0);
        ledger.ToCounts().Should().Equal(new RefusalCount("B", "NoSuchBody", 3));
    }

    [Fact]
    public void Note_EndlessNames_AreCountedTogether()
    {
        RefusalLedger ledger = new();

        for (int i = 0; i < 10_000; i++)
        {
            ledger.Note($"x{i}", "Forged", 1, isHonest: false, now: 0);
        }

        ledger.Total.Should().Be(10_000);
        ledger.ToCounts().Should().HaveCount(1_025).And.Contain(new RefusalCount("others", "Forged", 10_000 - 1_024));
    }
}
